/**
 * Suppresses the web view's context menu, except over text fields and selected text, where it offers cut, copy and
 * paste.
 */
export function suppressContextMenu(event: MouseEvent): void {
  const onField = event.target instanceof HTMLInputElement || event.target instanceof HTMLTextAreaElement;
  const selected = (document.getSelection()?.toString() ?? "") !== "";
  if (!onField && !selected) event.preventDefault();
}
