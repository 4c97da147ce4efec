// The rows of the list stay where they are on the screen while something comes in above the list: who is about to press a
// second row must not press another one.

import type { Attachment } from "svelte/attachments";

/** What scrolls the rows, where there is a list. */
const scroller = (): HTMLElement | null => document.querySelector("#app [role=grid] .scroller");

/** How much lower an element pushes what follows it. */
function push(element: HTMLElement): number {
  const gap = element.parentElement ? parseFloat(getComputedStyle(element.parentElement).rowGap) : 0;
  return element.offsetHeight + (Number.isFinite(gap) ? gap : 0);
}

/** Scrolls the rows by as much as the element pushes them down, and back when it goes. */
export const steadyRows: Attachment<HTMLElement> = (element) => {
  const list = scroller();
  const by = push(element);
  const before = list?.scrollTop ?? 0;
  list?.scrollBy({ top: by, behavior: "instant" });
  // A short list has nowhere to scroll to, and the end of a long one less than asked for.
  const moved = (list?.scrollTop ?? 0) - before;
  return () => list?.scrollBy({ top: -moved, behavior: "instant" });
};
