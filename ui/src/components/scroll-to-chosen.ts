// Lists that open at the chosen option.

import { tick } from "svelte";

/** An attachment for the list of a select: scrolls to the chosen option when the list opens. */
export function scrollToChosen(list: HTMLElement): void {
  void tick().then(() => list.querySelector("[data-selected]")?.scrollIntoView({ block: "center" }));
}
