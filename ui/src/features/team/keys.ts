// Maps keyboard events to list actions. Pure: the list performs them.

/** What the list does for a key. */
export type ListAction =
  | { kind: "move"; to: number; extend: boolean }
  | { kind: "toggle" }
  | { kind: "selectRange" }
  | { kind: "selectAll" }
  | { kind: "clearSelection" }
  | { kind: "open" };

type Key = Pick<KeyboardEvent, "key" | "code" | "ctrlKey" | "metaKey" | "altKey" | "shiftKey">;

/** Whether Ctrl or Command is pressed with a letter. Layouts without Latin letters are compared by key position. */
function isCommand(event: Key, letter: string): boolean {
  if (!(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return false;
  return /^[a-z]$/i.test(event.key) ? event.key.toLowerCase() === letter : event.code === `Key${letter.toUpperCase()}`;
}

/** Whether the key is the shortcut for the search field. */
export const isFindShortcut = (event: Key): boolean => isCommand(event, "f");

/** The active row, and how far the keys can move from it. */
interface ListPosition {
  activeIndex: number;
  rowCount: number;
  /** Number of rows that Page Up and Page Down move by. */
  pageSize: number;
}

function targetIndex(key: string, { activeIndex, rowCount, pageSize }: ListPosition): number | null {
  const targets: Record<string, number> = {
    ArrowDown: activeIndex + 1,
    ArrowUp: activeIndex - 1,
    PageDown: activeIndex + pageSize,
    PageUp: activeIndex - pageSize,
    Home: 0,
    End: rowCount - 1,
  };
  const to = targets[key];
  return to === undefined ? null : Math.max(0, Math.min(rowCount - 1, to));
}

/** The action for a key; null if the list does not use the key. */
export function listAction(event: Key, position: ListPosition): ListAction | null {
  if (event.altKey || position.rowCount === 0) return null;
  if (isCommand(event, "a")) return { kind: "selectAll" };
  const to = targetIndex(event.key, position);
  if (to !== null) return { kind: "move", to, extend: event.shiftKey };
  if (event.ctrlKey || event.metaKey) return null;
  if (event.key === " ") return event.shiftKey ? { kind: "selectRange" } : { kind: "toggle" };
  if (event.key === "Enter") return { kind: "open" };
  return event.key === "Escape" ? { kind: "clearSelection" } : null;
}

/** Whether a Shift+arrow move goes back towards the start of the range, so that row `from` leaves the range. */
export function shrinksRange(anchor: number, from: number, to: number): boolean {
  return (anchor < from && to >= anchor && to < from) || (anchor > from && to <= anchor && to > from);
}
