// When the sign-in stands over the page: once each time the session ends, and whenever the person asks for it.

import type { SessionState } from "../host/types";

/** States in which only a new sign-in helps. */
const ENDED: readonly SessionState[] = ["expired", "tokenLost", "keyringAbsent"];

/** Whether only a new sign-in helps. */
export const hasEnded = (session: SessionState): boolean => ENDED.includes(session);

/**
 * Whether a new sign-in is one way on; with a locked keyring, unlocking it is the other one. `helps` where the session lives
 * and something refuses it all the same.
 */
export const maySignIn = (session: SessionState, helps = false): boolean =>
  hasEnded(session) || session === "keyringLocked" || (session === "signedIn" && helps);

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

/** A new session forgets what was decided about the last one, so that its end is not overlooked. */
export function heedSession(session: SessionState, helps: boolean): void {
  if (!maySignIn(session, helps)) decided = null;
}
