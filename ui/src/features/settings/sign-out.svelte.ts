// Signing out, with the question about changes that were not sent.

import { signOut } from "../../host/commands";
import { asAppError } from "../../host/failure";
import type { AppError } from "../../host/types";
import { app } from "../../state/app.svelte";
import { failures } from "../../state/failures.svelte";

/** One way out. */
export class SignOut {
  busy = $state(false);
  /** Number of changes that would be lost, while that is asked. */
  unsent = $state<number | null>(null);
  failure = $state.raw<AppError | null>(null);

  /** Signs out; asks first where changes were not sent, unless `discardUnsent` answers that. */
  async run(discardUnsent: boolean): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    this.failure = null;
    this.unsent = null;
    try {
      await signOut(discardUnsent);
    } catch (caught) {
      this.#failed(asAppError(caught));
    }
    await failures.attempt("start", () => app.renew());
    this.busy = false;
  }

  #failed(error: AppError): void {
    if (error.code === "unsentEdits") this.unsent = error.details.count ?? app.snapshot.edits.length;
    // Signed out all the same, so this page goes; the sign-in page says what is left.
    else if (error.code === "tokenLeft") failures.show("signOut", error);
    else this.failure = error;
  }
}
