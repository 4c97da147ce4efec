// A double-click on a button counts once. Many buttons are replaced by another one at the same place, and the second click
// would press that one: "Cancel the rest" in place of "Change 200 roles".

/** The control that the first click has hit. */
let first: Element | null = null;

/** Stops the second click of a double-click if it hits another control than the first. Needs the capture phase. */
export function ignoreSecondClick(event: MouseEvent): void {
  const control = event.target instanceof Element ? event.target.closest("button, a, input, select, label") : null;
  // The number of clicks at the same place; 0 for the keyboard.
  if (event.detail <= 1) {
    first = control;
    return;
  }
  if (control === null || control === first) return;
  event.preventDefault();
  event.stopPropagation();
}
