// Asks the user before work is lost by leaving the page or the account, or by closing the window. The code that owns such
// work registers a guard for as long as the work can be lost.

import { closeWindow, acknowledgeClosing } from "../host/commands";
import { windowFailures } from "../state/failures.svelte";
import type { TypedForm } from "./typed.svelte";

/** Work that could be lost by leaving the page or closing the window. */
interface LeaveGuard {
  /** The form whose unsaved changes could be lost. */
  readonly form?: TypedForm;
  /** Whether leaving the page asks about the form, too. Otherwise, only closing the window does. */
  readonly guardsPage?: boolean;
  /** Whether work is in progress that closing the window would stop. */
  readonly isRunning?: () => boolean;
  /**
   * Completes unfinished input before the window closes, such as an open picture editor. Returns whether nothing
   * unfinished is left.
   */
  readonly finish?: () => Promise<boolean>;
}

/** An action that waits until the user has answered the question. */
interface PendingLeave {
  guard: LeaveGuard;
  /** The form with unsaved changes; null if the question is about work in progress. */
  form: TypedForm | null;
  proceed: () => void;
  closesWindow: boolean;
  /** Whether the draft is stored on this computer. */
  draftStored: boolean;
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

const isUnsaved = ({ form }: LeaveGuard): boolean => form !== undefined && form.changedCount > 0;

/** Runs an action that leaves the page. Asks the user first if there are unsaved changes. */
export function leavePage(proceed: () => void): void {
  const guard = [...guards].find((guard) => guard.guardsPage && isUnsaved(guard));
  if (guard) pending = { guard, form: guard.form ?? null, proceed, closesWindow: false, draftStored: true };
  else proceed();
}

/** Stores the drafts of all forms. Returns for each one whether it is stored. */
const flushDrafts = (): Promise<boolean[]> => Promise.all([...guards].map(({ form }) => form?.flushDraft() ?? true));

/** Closes the window. Stores the drafts and asks the user first if necessary. */
export async function requestClose(): Promise<void> {
  const finished = await Promise.all([...guards].map((guard) => guard.finish?.() ?? true));
  // The window stays open. The unfinished input shows its own error.
  if (!finished.every(Boolean)) return void windowFailures.attempt("close", acknowledgeClosing);
  const stored = await flushDrafts();
  const proceed = () => void windowFailures.attempt("close", closeWindow);
  const unsaved = [...guards].find(isUnsaved);
  const guard = unsaved ?? [...guards].find((guard) => guard.isRunning?.());
  if (!guard) return proceed();
  pending = { guard, form: unsaved?.form ?? null, proceed, closesWindow: true, draftStored: stored.every(Boolean) };
  void windowFailures.attempt("close", acknowledgeClosing);
}

/**
 * Stores the drafts and closes the window without a question, because the system ends the app. Typed text is stored first:
 * completing unfinished input may take longer than the system waits.
 */
export async function closeWithoutQuestion(): Promise<void> {
  await flushDrafts();
  await Promise.all([...guards].map((guard) => guard.finish?.() ?? true));
  await flushDrafts();
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
