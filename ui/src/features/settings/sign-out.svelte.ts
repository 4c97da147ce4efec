// Signing out, with questions about what would be lost: a role change that can be continued or undone, and unsent changes.

import { removeSurplusEntries, signOut } from "../../host/commands";
import { asAppError } from "../../host/failure";
import type { AppError } from "../../host/types";
import { app } from "../../state/app.svelte";
import { windowFailures } from "../../state/failures.svelte";

/** The state of a sign-out. */
export class SignOut {
  busy = $state(false);
  /** The number of unsent changes that would be lost, while the question is shown; otherwise null. */
  unsent = $state<number | null>(null);
  /** Whether the question about the role change is shown. */
  losesBatch = $state(false);
  failure = $state.raw<AppError | null>(null);

  /** Signs out. If a role change would be lost that runs, or that can be continued or undone, asks the user first. */
  async start(): Promise<void> {
    const { batch } = app.snapshot;
    this.losesBatch = batch !== null && batch.state !== "planned";
    if (!this.losesBatch) await this.run(false);
  }

  /** Signs out. With unsent changes, asks the user first, unless `discardUnsent` is true. */
  async run(discardUnsent: boolean): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    this.failure = null;
    this.unsent = null;
    this.losesBatch = false;
    try {
      await signOut(discardUnsent);
    } catch (caught) {
      this.#failed(asAppError(caught));
    }
    this.busy = false;
  }

  #failed(error: AppError): void {
    if (error.code === "unsentEdits") this.unsent = error.details.count ?? app.snapshot.edits.length;
    // The retry is the button with which the user agrees to the removal.
    else if (error.code === "tokenAmbiguous")
      windowFailures.show("signOut", error, () => windowFailures.attempt("signOut", removeSurplusEntries));
    // If the user is signed out anyway, this page disappears. The sign-in page shows the failure.
    else if (error.code === "tokenLeft" || app.snapshot.session === "signedOut") windowFailures.show("signOut", error);
    else this.failure = error;
  }
}
