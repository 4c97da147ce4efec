// What has to be asked before the form is left, for another page, another account, or because the window closes.

import { closeWindow, heardClosing } from "../host/commands";
import { app } from "../state/app.svelte";
import { failures } from "../state/failures.svelte";
import { form } from "./form.svelte";
import type { TypedForm } from "./typed.svelte";

/** What waits for the answer. */
interface Waiting {
  /** The form with the unsaved changes; null where it is about changes of roles that are being made. */
  of: TypedForm | null;
  then: () => void;
  closes: boolean;
  /** Whether what is typed is kept on this computer without being saved. */
  kept: boolean;
}

let waiting = $state.raw<Waiting | null>(null);

/** Another form that is open beside the profile's. */
let other: TypedForm | null = null;

/** From here on closing the window asks about this form too; answers how to end that. */
export function alsoOpen(opened: TypedForm): () => void {
  other = opened;
  return () => {
    if (other === opened) other = null;
  };
}

/** Brings what is open over the form into it; whether there is nothing left to bring. */
type Finish = () => Promise<boolean>;
const unfinished = new Set<Finish>();

/** From here on this is done before the window closes; answers how to end that. */
export function finishFirst(finish: Finish): () => void {
  unfinished.add(finish);
  return () => unfinished.delete(finish);
}

/** What waits for the question about unsaved changes. */
export const leaving = (): Waiting | null => (waiting && !waiting.of && !batchRuns() ? null : waiting);

/** Does something that leaves the form, after asking where there are unsaved changes. */
export function leaveForm(then: () => void): void {
  if (form.changed === 0) then();
  else waiting = { of: form, then, closes: false, kept: true };
}

/** Whether many roles are being changed, of which the rest would be left undone. */
function batchRuns(): boolean {
  const state = app.snapshot.team?.batch?.state;
  return state === "running" || state === "waiting";
}

/** The person wants to close the window. */
export async function closeForm(): Promise<void> {
  form.stepDown?.answer(false);
  const finished = await Promise.all([...unfinished].map((finish) => finish()));
  // Why not is said there.
  if (!finished.every(Boolean)) return void failures.attempt("close", heardClosing);
  const forms = other ? [form, other] : [form];
  const kept = await Promise.all(forms.map((one) => one.leaveField()));
  const then = () => void failures.attempt("close", closeWindow);
  const of = forms.find((one) => one.changed > 0) ?? null;
  if (!of && !batchRuns()) return then();
  waiting = { of, then, closes: true, kept: kept.every(Boolean) };
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
