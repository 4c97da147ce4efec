// Where the focus goes when what has it goes away. A dialog puts the page out of reach, also for screen readers and for
// tests that look by name, and brings the focus back to it afterwards.

import { tick } from "svelte";

let covers = 0;
let wanted: HTMLElement | null = null;
/** The same in a dialog that has another one over it. */
let wantedBelow: HTMLElement | null = null;

/** Moves the focus to something on the page or in a dialog, now or as soon as no other dialog is over it any more. */
export function focusOnPage(element: HTMLElement | null | undefined): void {
  if (!element) return;
  if (covers === 0 || inReach(element)) element.focus();
  else if (element.closest("#app")) wanted = element;
  else wantedBelow = element;
}

/** Whether something can be reached: it is not under a dialog, or is in the one on top. */
export function inReach(element: HTMLElement): boolean {
  const dialog = element.closest(".dialog");
  return dialog ? dialog.contains(document.activeElement) : !element.closest("[inert]");
}

/** The heading of the page, where the focus goes when nothing better is left. */
export const heading = (): HTMLElement | null => document.querySelector<HTMLElement>("#app h1");

/**
 * To be called before a change: if the focus is inside and goes with what changes, or is put aside by it, it moves to
 * `next`.
 */
export function handOn(inside: HTMLElement | undefined, next: () => HTMLElement | null | undefined): void {
  const focused = document.activeElement;
  if (!focused || !inside?.contains(focused)) return;
  // What a dialog covers gets the focus back; what is put aside on the page does not.
  const gone = () => !focused.isConnected || focused.closest("[inert]:not(#app)") !== null;
  void tick().then(() => gone() && focusOnPage(next()));
}

/** An attachment for the content of a dialog: the page is inert as long as one is open. */
export function coverPage(): () => void {
  const page = document.getElementById("app");
  const before = document.activeElement;
  // A dialog may follow another: what had the focus on the page is remembered through both.
  if (before instanceof HTMLElement && page?.contains(before)) wanted = before;
  covers += 1;
  if (page) page.inert = true;
  return () => {
    covers -= 1;
    // A moment later, so that a dialog that follows at once, or a page that changes, is there first.
    setTimeout(() => {
      if (covers > 0) {
        // What was beneath is a dialog itself.
        if (wantedBelow) wantedBelow.focus();
        else if (before instanceof HTMLElement && document.activeElement === document.body) before.focus();
        wantedBelow = null;
        return;
      }
      if (page) page.inert = false;
      (wanted?.isConnected ? wanted : heading())?.focus();
      wanted = null;
    });
  };
}
