// What has to be asked before the form is left, for another page, another account, or because the window closes.

import { closeWindow, heardClosing } from "../host/commands";
import { failures } from "../state/failures.svelte";
import { form } from "./form.svelte";

/** What waits for the answer. */
interface Waiting {
  then: () => void;
  closes: boolean;
  /** Whether what is typed is kept on this computer without being saved. */
  kept: boolean;
}

let waiting = $state.raw<Waiting | null>(null);

/** What waits for the question about unsaved changes. */
export const leaving = (): Waiting | null => waiting;

/** Does something that leaves the form, after asking where there are unsaved changes. */
export function leaveForm(then: () => void): void {
  if (form.changed === 0) then();
  else waiting = { then, closes: false, kept: true };
}

/** The person wants to close the window. */
export async function closeForm(): Promise<void> {
  form.stepDown?.answer(false);
  const kept = await form.leaveField();
  const then = () => void failures.attempt("close", closeWindow);
  if (form.changed === 0) return then();
  waiting = { then, closes: true, kept };
  void failures.attempt("close", heardClosing);
}

/** Goes on with what waited. */
export function leave(): void {
  const then = waiting?.then;
  waiting = null;
  then?.();
}

/** Stays, and forgets what waited. */
export function stay(): void {
  waiting = null;
}
