// When to ask for a sign-in over the page: once each time the session ends, and again when the person wants it.

import type { SessionState } from "../host/types";

/** States in which only a new sign-in helps. */
const ENDED: readonly SessionState[] = ["expired", "tokenLost", "keyringAbsent"];

/** Whether only a new sign-in helps. */
export const hasEnded = (session: SessionState): boolean => ENDED.includes(session);

let putOff = $state.raw<SessionState | null>(null);

/** Whether the dialog is up. */
export const asksSignIn = (session: SessionState): boolean => hasEnded(session) && putOff !== session;

/** "Later": the cached profile stays readable. */
export function signInLater(session: SessionState): void {
  putOff = session;
}

/** Asks again; also what a new session does, so that its end is not overlooked. */
export function signInNow(): void {
  putOff = null;
}
