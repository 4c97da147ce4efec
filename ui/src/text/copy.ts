// Copying text to the clipboard.

/** The text of the last copy, and whether it was copied or only selected. */
export interface Copied {
  text: string;
  outcome: "copied" | "selected";
}

/**
 * Copies a text to the clipboard. If the web view does not allow that, selects the content of `element` instead, so
 * that the user can copy it.
 */
export async function copyText(text: string, element: Node | undefined): Promise<Copied> {
  try {
    await navigator.clipboard.writeText(text);
    return { text, outcome: "copied" };
  } catch {
    if (element) getSelection()?.selectAllChildren(element);
    return { text, outcome: "selected" };
  }
}

/** The outcome of copying `text`; null if a different text was copied. */
export const outcomeFor = (text: string, copied: Copied | null): Copied["outcome"] | null =>
  copied?.text === text ? copied.outcome : null;
