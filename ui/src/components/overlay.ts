// Focus handling for dialogs and for elements that disappear. While a dialog is open, the page below is inert, so
// that keyboard, screen readers and tests that search by name cannot reach it. When the last dialog closes, the focus
// returns to the page.

import { tick } from "svelte";

let openDialogs = 0;
/** The element on the page to focus when the last dialog closes. */
let pageTarget: HTMLElement | null = null;
/** The element in a dialog to focus when the dialog above it closes. */
let dialogTarget: HTMLElement | null = null;

/** Focuses an element on the page or in a dialog: now, or as soon as no other dialog covers it. */
export function focusWhenReachable(element: HTMLElement | null | undefined): void {
  if (!element) return;
  if (openDialogs === 0 || isReachable(element)) element.focus();
  else if (element.closest("#app")) pageTarget = element;
  else dialogTarget = element;
}

/** Whether no dialog covers the element: it is in the topmost dialog, or on the page and no dialog is open. */
export function isReachable(element: HTMLElement): boolean {
  const dialog = element.closest(".dialog");
  return dialog ? dialog.contains(document.activeElement) : !element.closest("[inert]");
}

/** The heading of the page. It gets the focus when there is no better element. */
export const pageHeading = (): HTMLElement | null => document.querySelector<HTMLElement>("#app h1");

/**
 * Call this before a DOM update. If the focus is inside `container` and the update removes the focused element or
 * makes it inert, the focus moves to `next`.
 */
export function moveFocusIfRemoved(container: HTMLElement | undefined, next: () => HTMLElement | null | undefined): void {
  const focused = document.activeElement;
  if (!focused || !container?.contains(focused)) return;
  // An inert #app is not counted: a dialog covers the page, and the element gets the focus back when the dialog closes.
  const isGone = () => !focused.isConnected || focused.closest("[inert]:not(#app)") !== null;
  void tick().then(() => isGone() && focusWhenReachable(next()));
}

/** An attachment for the content of a dialog: the page is inert while at least one dialog is open. */
export function makePageInert(): () => void {
  const page = document.getElementById("app");
  const focusedBefore = document.activeElement;
  // If a second dialog opens from the first, the focus is not on the page: keep the target of the first one.
  if (focusedBefore instanceof HTMLElement && page?.contains(focusedBefore)) pageTarget = focusedBefore;
  openDialogs += 1;
  if (page) page.inert = true;
  return () => {
    openDialogs -= 1;
    // Wait, because another dialog may open or the page may change in the same update.
    setTimeout(() => {
      if (openDialogs > 0) {
        if (dialogTarget) dialogTarget.focus();
        else if (focusedBefore instanceof HTMLElement && document.activeElement === document.body) focusedBefore.focus();
        dialogTarget = null;
        return;
      }
      if (page) page.inert = false;
      (pageTarget?.isConnected ? pageTarget : pageHeading())?.focus();
      pageTarget = null;
    });
  };
}
