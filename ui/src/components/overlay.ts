// Focus handling for dialogs and for elements that disappear. While a modal dialog is open, the web view makes everything
// outside of it inert. When the dialog closes, the focus returns to the element that had it before. The web view would
// do that, too, but not if that element has been removed, or if another element asked for the focus in the meantime.

import { tick } from "svelte";
import type { Attachment } from "svelte/attachments";

interface OpenDialog {
  readonly element: HTMLDialogElement;
  /** The element that gets the focus when the dialog closes. */
  returnTo: HTMLElement | null;
}

/** The open dialogs, the topmost last. */
const openDialogs: OpenDialog[] = [];

/** The elements that can get the focus with Tab. In a radio group, Tab reaches only the checked button. */
const CONTROLS = 'a[href], button, input:not([type="radio"]), input:checked, select, textarea, summary, [tabindex="0"]';

/** Focuses an element on the page or in a dialog: now, or as soon as no other dialog covers it. */
export function focusWhenReachable(element: HTMLElement | null | undefined): void {
  if (!element) return;
  const above = openDialogs[openDialogs.findIndex((dialog) => dialog.element.contains(element)) + 1];
  if (above) above.returnTo = element;
  else element.focus();
}

/** Whether the user can reach the element: it is not inert, and no open dialog covers it. */
export function isReachable(element: HTMLElement): boolean {
  const topmost = openDialogs.at(-1);
  return !element.closest("[inert]") && (!topmost || topmost.element.contains(element));
}

/** The heading of the page. It gets the focus when there is no better element. */
export const pageHeading = (): HTMLElement | null =>
  [...document.querySelectorAll<HTMLElement>("#app h1")].find((heading) => !heading.closest("[inert]")) ?? null;

/**
 * Call this before a DOM update. If the focus is inside `container` and the update removes the focused element or
 * makes it inert, the focus moves to `next`.
 */
export function moveFocusIfRemoved(container: HTMLElement | undefined, next: () => HTMLElement | null | undefined): void {
  const focused = document.activeElement;
  if (!focused || !container?.contains(focused)) return;
  const isGone = () => !focused.isConnected || focused.closest("[inert]") !== null;
  void tick().then(() => isGone() && focusWhenReachable(next()));
}

/** An attachment that opens a dialog over everything else. `initialFocus`: selector of the element to focus first. */
export const openModal = (initialFocus: string | undefined): Attachment<HTMLDialogElement> => (element) => {
  const focused = document.activeElement;
  const dialog = { element, returnTo: focused instanceof HTMLElement && focused !== document.body ? focused : null };
  openDialogs.push(dialog);
  // If the dialog is declared in a form, move it out: its buttons must not submit the form, and the form must not
  // receive the dialog's events.
  document.body.append(element);
  element.showModal();
  focusFirst(element, initialFocus);
  return () => {
    element.remove();
    // Wait, because another dialog may open or the page may change in the same update.
    setTimeout(() => returnFocus(dialog));
  };
};

function focusFirst(dialog: HTMLDialogElement, initialFocus: string | undefined): void {
  for (const control of dialog.querySelectorAll<HTMLElement>(initialFocus ?? CONTROLS)) {
    // The actions are always visible, so scrolling to them would only scroll the content away.
    control.focus({ preventScroll: control.closest(".actions") !== null });
    // A control that is disabled or hidden does not get the focus.
    if (document.activeElement === control) return;
  }
  dialog.focus();
}

/** Focuses an element. Scrolls only if it is out of view: a web view may scroll although a floating bar shows it already. */
function focusInPlace(element: HTMLElement | null | undefined): void {
  const edges = element?.getBoundingClientRect();
  element?.focus({ preventScroll: edges !== undefined && edges.top >= 0 && edges.bottom <= window.innerHeight });
}

function returnFocus(closed: OpenDialog): void {
  const index = openDialogs.indexOf(closed);
  openDialogs.splice(index, 1);
  const [below, above] = [openDialogs[index - 1], openDialogs[index]];
  if (!above) focusInPlace(closed.returnTo?.isConnected ? closed.returnTo : (below?.element ?? pageHeading()));
  // The dialog above was opened from the closed one, so the element it would return to may be gone.
  else if (!above.returnTo?.isConnected) above.returnTo = closed.returnTo;
}
