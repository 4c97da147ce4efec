// Copying a text for other programs.

/**
 * Puts a text on the clipboard. Where the web view does not let the page, what is shown of it is selected instead, for the
 * person to copy.
 */
export async function copyText(text: string, shown: Node | undefined): Promise<"copied" | "selected"> {
  try {
    await navigator.clipboard.writeText(text);
    return "copied";
  } catch {
    if (shown) getSelection()?.selectAllChildren(shown);
    return "selected";
  }
}
