// Which page is shown, and what has to be asked before it is left.

import { form } from "../features/profile/form.svelte";

/** The pages of the side bar. */
export type Page = "profile" | "settings";

let shown = $state<Page>("profile");
let waiting = $state.raw<(() => void) | null>(null);

/** The page that is shown. */
export const page = (): Page => shown;

/** Whether something waits for the question about unsaved changes. */
export const leaving = (): boolean => waiting !== null;

/** Does something that leaves the form, after asking where there are unsaved changes. */
export function leaveForm(then: () => void): void {
  if (form.changed === 0) then();
  else waiting = then;
}

/** Goes on with what waited. */
export function leave(): void {
  const then = waiting;
  waiting = null;
  then?.();
}

/** Stays, and forgets what waited. */
export function stay(): void {
  waiting = null;
}

/** Shows a page. */
export function show(wanted: Page): void {
  if (wanted !== shown) leaveForm(() => (shown = wanted));
}

/** Back to the first page, for the next person. */
export function startOver(): void {
  shown = "profile";
  waiting = null;
}
