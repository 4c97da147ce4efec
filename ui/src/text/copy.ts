// Copying a text for other programs.

/** What was copied, or selected for it. */
export interface Copied {
  text: string;
  outcome: "copied" | "selected";
}

/**
 * Puts a text on the clipboard. Where the web view does not let the page, what is shown of it is selected instead, for the
 * person to copy.
 */
export async function copyText(text: string, shown: Node | undefined): Promise<Copied> {
  try {
    await navigator.clipboard.writeText(text);
    return { text, outcome: "copied" };
  } catch {
    if (shown) getSelection()?.selectAllChildren(shown);
    return { text, outcome: "selected" };
  }
}

/** What became of copying a text; nothing where it is another text by now. */
export const outcomeFor = (text: string, copied: Copied | null): Copied["outcome"] | null =>
  copied?.text === text ? copied.outcome : null;
