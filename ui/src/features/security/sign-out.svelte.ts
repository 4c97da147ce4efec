// Signing out, with a question about what would be lost: unsent changes, and a role change that can be continued or undone.

import { removeSurplusEntries, signOut, unsentWork } from "../../host/commands";
import { asAppError } from "../../host/failure";
import type { AppError, SignOutScope, UnsentWork } from "../../host/types";
import { app } from "../../state/app.svelte";
import { windowFailures } from "../../state/failures.svelte";

/** The question before a sign-out. */
interface Question {
  scope: SignOutScope;
  /** The accounts with unsent changes. */
  work: UnsentWork[];
  /** Whether a role change would be lost that runs, or that can be continued or undone. */
  losesBatch: boolean;
}

/** The state of a sign-out. */
export class SignOut {
  busy = $state(false);
  question = $state.raw<Question | null>(null);
  failure = $state.raw<AppError | null>(null);

  /** Signs out. Asks the user first if something would be lost, or if it is about all accounts. */
  async start(scope: SignOutScope): Promise<void> {
    await this.#attempt(async () => {
      const work = await unsentWork(scope);
      const { batch } = app.snapshot;
      const losesBatch = batch !== null && batch.state !== "planned";
      if (scope === "allAccounts" || losesBatch || work.length > 0) this.question = { scope, work, losesBatch };
      else await signOut(scope, false);
    });
  }

  /** The user agrees to lose what the question names. */
  async agree(): Promise<void> {
    const { question } = this;
    if (!question) return;
    this.question = null;
    await this.#attempt(() => signOut(question.scope, true));
  }

  async #attempt(work: () => Promise<unknown>): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    this.failure = null;
    try {
      await work();
    } catch (caught) {
      this.#failed(asAppError(caught));
    }
    this.busy = false;
  }

  #failed(error: AppError): void {
    // The retry is the button with which the user agrees to the removal.
    if (error.code === "tokenAmbiguous")
      windowFailures.show("signOut", error, () => windowFailures.attempt("signOut", removeSurplusEntries));
    // If the user is signed out anyway, this page disappears. The sign-in page shows the failure.
    else if (error.code === "tokenLeft" || app.snapshot.session === "signedOut") windowFailures.show("signOut", error);
    else this.failure = error;
  }
}
