// The title of the window. The shell takes it from the title of the page.

/**
 * Sets the title. The text of the element is changed in place: WebKitGTK (seen in 2.50) keeps the memory of each title that
 * `document.title = ...` replaces.
 */
export function setWindowTitle(title: string): void {
  const text = document.querySelector("head title")?.firstChild;
  if (text instanceof Text) text.data = title;
  else document.title = title;
}
