// Decides when the sign-in dialog is open: each time the session ends, and when the user asks for it.

import type { SessionState, SyncView } from "../host/types";

/** The states that only a new sign-in resolves. */
const ENDED: readonly SessionState[] = ["expired", "tokenLost", "tokenNotKept", "keyringAbsent"];

/** Whether only a new sign-in can continue the session. */
const hasEnded = (session: SessionState): boolean => ENDED.includes(session);

/** Whether the user can sign in again. The alternative is to unlock the keyring, or to have its extra entries removed. */
export const canSignInAgain = (session: SessionState): boolean =>
  hasEnded(session) || session === "keyringLocked" || session === "keyringAmbiguous";

/** The sign-in dialog over the page of an account. */
export class SignInDialog {
  /** Whether the user opened or closed the dialog in the session state `during`; null if neither. */
  #decision = $state.raw<{ during: SessionState; open: boolean } | null>(null);

  /** Whether the dialog is open. */
  isOpen(session: SessionState): boolean {
    return this.#decision?.during === session ? this.#decision.open : hasEnded(session);
  }

  /** "Later": closes the dialog. */
  postpone(session: SessionState): void {
    this.#decision = { during: session, open: false };
  }

  /** "Sign in": opens the dialog. */
  open(session: SessionState): void {
    this.#decision = { during: session, open: true };
  }

  /**
   * Drops the user's decision when the session state changes, so that the dialog opens again when the next session
   * ends. A dialog that the user opened while signed in stays open until the sync succeeds, whatever the error is.
   * Otherwise, a retry that fails for another reason would close the dialog, and the typed text would be lost.
   */
  onSessionChange(session: SessionState, { error }: SyncView): void {
    if (this.#decision?.during !== session || (session === "signedIn" && !error)) this.#decision = null;
  }
}
