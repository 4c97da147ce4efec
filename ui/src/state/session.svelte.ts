// When the sign-in stands over the page: once each time the session ends, and whenever the person asks for it.

import type { SessionState, SyncView } from "../host/types";

/** States in which only a new sign-in helps. */
const ENDED: readonly SessionState[] = ["expired", "tokenLost", "keyringAbsent"];

/** Whether only a new sign-in helps. */
export const hasEnded = (session: SessionState): boolean => ENDED.includes(session);

/** Whether a session that is over leaves a new sign-in as one way on; with a locked keyring, unlocking it is the other one. */
export const maySignIn = (session: SessionState): boolean => hasEnded(session) || session === "keyringLocked";

/** What the person decided about the present state of the session. */
let decided = $state.raw<{ about: SessionState; signIn: boolean } | null>(null);

/** Whether the dialog is up. */
export function asksSignIn(session: SessionState): boolean {
  return decided?.about === session ? decided.signIn : hasEnded(session);
}

/** "Later": the cached profile stays readable. */
export function signInLater(session: SessionState): void {
  decided = { about: session, signIn: false };
}

/** "Sign in". */
export function signInNow(session: SessionState): void {
  decided = { about: session, signIn: true };
}

/**
 * A new session forgets what was decided about the last one, so that its end is not overlooked. Over a session that lives, a
 * sign-in that was asked for stays until nothing fails any more: whether it is offered changes with every try, and what is
 * typed into it must not go with that.
 */
export function heedSession(session: SessionState, { error }: SyncView): void {
  if (decided?.about !== session || (session === "signedIn" && !error)) decided = null;
}
