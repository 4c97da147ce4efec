// The web view's own menu: of use where there is text to cut, copy or paste, and a browser's elsewhere.

/** Lets the menu come up only over text fields and selected text. */
export function keepPagesMenuAway(event: MouseEvent): void {
  const onField = event.target instanceof HTMLInputElement || event.target instanceof HTMLTextAreaElement;
  const selected = (document.getSelection()?.toString() ?? "") !== "";
  if (!onField && !selected) event.preventDefault();
}
