// Decides what a paste event means for a picture field.

/**
 * The pasted content. `clipboard`: only the shell can read whether it is a picture; if it finds none, `html` may show
 * one.
 */
type PastedContent = { kind: "file"; file: File } | { kind: "address"; url: string } | { kind: "clipboard"; html: string };

/**
 * How long to wait for the paste event after the keys. Some web views send no event if the focus is not in a text
 * field.
 */
export const PASTE_EVENT_TIMEOUT_MS = 200;
/** How long after that timeout an event still counts as late and is ignored. */
const LATE_EVENT_MS = 1000;

/** Whether the whole text is an http or https URL. */
function isUrl(text: string): boolean {
  return /^https?:\/\/\S+$/i.test(text);
}

/** The content of a paste; null for text pasted into a text field, which handles it itself. */
export function pastedContent(data: Pick<DataTransfer, "files" | "getData"> | null, editable: boolean): PastedContent | null {
  const text = data?.getData("text/plain").trim() ?? "";
  if (editable && text !== "") return null;
  const file = [...(data?.files ?? [])].find(({ type }) => type.startsWith("image/"));
  if (file) return { kind: "file", file };
  return isUrl(text) ? { kind: "address", url: text } : { kind: "clipboard", html: data?.getData("text/html") ?? "" };
}

/** Handles each paste once: by the web view's paste event, or by the keys if no event follows them. */
export class PasteOnce {
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** When the last paste was handled without an event. */
  #handledAt = -LATE_EVENT_MS;

  /** `paste` handles a paste without an event. */
  constructor(private readonly paste: () => void) {}

  /** Call it when the shortcut for pasting is pressed. */
  onKeys(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#handledAt = performance.now();
      this.paste();
    }, PASTE_EVENT_TIMEOUT_MS);
  }

  /** Call it for a paste event. Returns whether to handle the event; false if the paste was already handled. */
  onEvent(): boolean {
    clearTimeout(this.#timer);
    return performance.now() - this.#handledAt >= LATE_EVENT_MS;
  }
}
