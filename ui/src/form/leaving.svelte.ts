// Stores typed text before the user leaves the account or closes the window, and asks only if something would be lost. The
// code that owns such work registers a guard for as long as the work can be lost. Going to another page loses nothing: the
// forms belong to the account.

import { closeWindow, acknowledgeClosing } from "../host/commands";
import { windowFailures } from "../state/failures.svelte";
import type { TypedForm } from "./typed.svelte";

/** Work that could be lost by leaving the account or closing the window. */
interface LeaveGuard {
  /** The form whose unsaved changes could be lost. */
  readonly form?: TypedForm;
  /** Whether work is in progress that closing the window would stop. */
  readonly isRunning?: () => boolean;
  /**
   * Completes unfinished input, such as an open picture editor, and answers an open question of a save with no. Returns
   * whether nothing unfinished is left.
   */
  readonly finish?: () => Promise<boolean>;
}

/** An action that waits until the user has answered the question. */
interface PendingLeave {
  guard: LeaveGuard;
  /** The form whose draft could not be stored; null if the question is about work in progress. */
  form: TypedForm | null;
  proceed: () => void;
}

let pending = $state.raw<PendingLeave | null>(null);

/** The registered guards, oldest first. */
const guards = new Set<LeaveGuard>();

/** Registers a guard. Returns a function that removes the guard and withdraws an open question about its work. */
export function registerGuard(guard: LeaveGuard): () => void {
  guards.add(guard);
  return () => {
    guards.delete(guard);
    if (pending?.guard === guard) pending = null;
  };
}

/** The action that waits for the user's answer; null also if the question was about work that has ended. */
export const pendingLeave = (): PendingLeave | null =>
  pending && !pending.form && !pending.guard.isRunning?.() ? null : pending;

/** Completes all unfinished input. Returns whether nothing unfinished is left; what is left shows its own error. */
async function finishAll(): Promise<boolean> {
  const finished = await Promise.all([...guards].map((guard) => guard.finish?.() ?? true));
  return finished.every(Boolean);
}

/** Stores the drafts of all forms. Returns the first guard with unsaved changes whose draft is not stored. */
async function storeDrafts(): Promise<LeaveGuard | undefined> {
  const all = [...guards];
  const stored = await Promise.all(all.map(({ form }) => form?.flushDraft() ?? true));
  return all.find(({ form }, index) => form && form.changedCount > 0 && !stored[index]);
}

/** Runs an action that leaves the account. Stores the drafts first; asks only if that fails. */
export async function leaveAccount(proceed: () => void): Promise<void> {
  if (!(await finishAll())) return;
  const guard = await storeDrafts();
  if (guard) pending = { guard, form: guard.form ?? null, proceed };
  else proceed();
}

/** Closes the window. Stores the drafts first; asks only if that fails, or if closing would stop work in progress. */
export async function requestClose(): Promise<void> {
  const proceed = () => void windowFailures.attempt("close", closeWindow);
  // The window stays open while unfinished input is left.
  if (await finishAll()) {
    const unstored = await storeDrafts();
    const guard = unstored ?? [...guards].find((guard) => guard.isRunning?.());
    if (!guard) return proceed();
    pending = { guard, form: unstored?.form ?? null, proceed };
  }
  void windowFailures.attempt("close", acknowledgeClosing);
}

/**
 * Stores the drafts and closes the window without a question, because the system ends the app. Typed text is stored first:
 * completing unfinished input may take longer than the system waits.
 */
export async function closeWithoutQuestion(): Promise<void> {
  await storeDrafts();
  await finishAll();
  await storeDrafts();
  await windowFailures.attempt("close", closeWindow);
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
