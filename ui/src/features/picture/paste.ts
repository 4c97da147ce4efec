// What a paste means where a picture can be taken.

/** What there is to take; `clipboard` where only the shell can see whether it is a picture. */
export type Pasted = { kind: "file"; file: File } | { kind: "address"; url: string } | { kind: "clipboard" };

/** How long after the keys the web view may tell of the paste. Some tell of none where nothing can be typed. */
export const TELLS_WITHIN_MS = 200;
/** How long it may be late for it. */
const LATE_MS = 1000;

/** Fields that no text is typed into. */
const PRESSED = ["button", "checkbox", "color", "file", "image", "radio", "range", "reset", "submit"];

/** Whether text can be pasted there. */
export function isEditable(target: EventTarget | null): boolean {
  const { tagName, type = "", isContentEditable = false } = (target ?? {}) as Partial<HTMLInputElement>;
  if (tagName === "INPUT") return !PRESSED.includes(type);
  return tagName === "TEXTAREA" || isContentEditable;
}

/** Whether a text is the address of something on the web, and nothing else. */
function isAddress(text: string): boolean {
  return /^https?:\/\/\S+$/i.test(text);
}

/** What of a paste is to be taken; null where it is text for a field, which then gets it. */
export function pasted(data: Pick<DataTransfer, "files" | "getData"> | null, editable: boolean): Pasted | null {
  const text = data?.getData("text/plain").trim() ?? "";
  if (editable && text !== "") return null;
  const file = [...(data?.files ?? [])].find(({ type }) => type.startsWith("image/"));
  if (file) return { kind: "file", file };
  return isAddress(text) ? { kind: "address", url: text } : { kind: "clipboard" };
}

/** Sees to it that a paste is taken once: from the web view's event, or from the keys where no event follows them. */
export class PasteOnce {
  #waiting: ReturnType<typeof setTimeout> | undefined;
  #taken = -LATE_MS;

  constructor(private readonly take: () => void) {}

  /** The keys were pressed. */
  keys(): void {
    clearTimeout(this.#waiting);
    this.#waiting = setTimeout(() => {
      this.#taken = performance.now();
      this.take();
    }, TELLS_WITHIN_MS);
  }

  /** The event is there; whether it is still to be taken. */
  told(): boolean {
    clearTimeout(this.#waiting);
    return performance.now() - this.#taken >= LATE_MS;
  }
}
