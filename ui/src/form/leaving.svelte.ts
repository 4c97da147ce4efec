// Asks about unsaved changes before the form is left: for another page, another account, or because the window closes.

import { closeWindow, heardClosing } from "../host/commands";
import { app } from "../state/app.svelte";
import { failures } from "../state/failures.svelte";
import { form } from "./form.svelte";
import type { TypedForm } from "./typed.svelte";

/** An action that waits until the user has answered the question. */
interface PendingLeave {
  /** The form with unsaved changes; null if the question is about a running batch of role changes. */
  form: TypedForm | null;
  proceed: () => void;
  closesWindow: boolean;
  /** Whether the draft is stored on this computer. */
  draftStored: boolean;
}

let pending = $state.raw<PendingLeave | null>(null);

/** A second open form beside the profile form. */
let secondForm: TypedForm | null = null;

/** Makes closing the window ask about this form too. Returns a function that ends that. */
export function registerForm(opened: TypedForm): () => void {
  secondForm = opened;
  return () => {
    if (secondForm === opened) secondForm = null;
  };
}

/** Puts unfinished work, such as an open picture editor, into the form. Returns whether nothing unfinished is left. */
type Finish = () => Promise<boolean>;
const unfinished = new Set<Finish>();

/** Runs `finish` before the window closes. Returns a function that ends that. */
export function finishBeforeClose(finish: Finish): () => void {
  unfinished.add(finish);
  return () => unfinished.delete(finish);
}

/** The action that waits for the user's answer; null also if the question was about a batch that has ended. */
export const pendingLeave = (): PendingLeave | null => (pending && !pending.form && !isBatchRunning() ? null : pending);

/** Runs an action that leaves the form. Asks the user first if there are unsaved changes. */
export function leaveForm(proceed: () => void): void {
  if (form.changedCount === 0) proceed();
  else pending = { form, proceed, closesWindow: false, draftStored: true };
}

/** Whether a batch of role changes is running, which closing the window would stop. */
function isBatchRunning(): boolean {
  const state = app.snapshot.team?.batch?.state;
  return state === "running" || state === "waiting";
}

/** Closes the window. Stores the drafts and asks the user first if necessary. */
export async function requestClose(): Promise<void> {
  form.stepDown?.answer(false);
  const finished = await Promise.all([...unfinished].map((finish) => finish()));
  // The window stays open. The unfinished work shows its own error.
  if (!finished.every(Boolean)) return void failures.attempt("close", heardClosing);
  const forms = secondForm ? [form, secondForm] : [form];
  const stored = await Promise.all(forms.map((one) => one.flushDraft()));
  const proceed = () => void failures.attempt("close", closeWindow);
  const unsaved = forms.find((one) => one.changedCount > 0) ?? null;
  if (!unsaved && !isBatchRunning()) return proceed();
  pending = { form: unsaved, proceed, closesWindow: true, draftStored: stored.every(Boolean) };
  void failures.attempt("close", heardClosing);
}

/** Runs the waiting action. */
export function confirmLeave(): void {
  const proceed = pending?.proceed;
  pending = null;
  proceed?.();
}

/** Discards the waiting action. */
export function cancelLeave(): void {
  pending = null;
}
