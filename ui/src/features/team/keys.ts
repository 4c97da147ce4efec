// Maps keyboard events to list actions. Pure: the list performs them.

import type { KeyPress } from "../../keyboard/keys";
import { isShortcut, shortcutIn, type ShortcutOf } from "../../keyboard/shortcuts";

/** What the list does for a key. */
export type ListAction =
  | { kind: "move"; to: number; extend: boolean }
  | { kind: "toggle" }
  | { kind: "selectRange" }
  | { kind: "selectAll" }
  | { kind: "clearSelection" }
  | { kind: "open" };

/** Whether the key is the shortcut for the search field. */
export const isFindShortcut = (event: KeyPress): boolean => isShortcut("find", event);

/** The active row, and how far the keys can move from it. */
interface ListPosition {
  activeIndex: number;
  rowCount: number;
  /** Number of rows that Page Up and Page Down move by. */
  pageSize: number;
}

function move(key: string, { activeIndex, rowCount, pageSize }: ListPosition, extend: boolean): ListAction {
  const targets: Record<string, number> = {
    ArrowDown: activeIndex + 1,
    ArrowUp: activeIndex - 1,
    PageDown: activeIndex + pageSize,
    PageUp: activeIndex - pageSize,
    Home: 0,
    End: rowCount - 1,
  };
  return { kind: "move", to: Math.max(0, Math.min(rowCount - 1, targets[key] ?? activeIndex)), extend };
}

/** The actions of the shortcuts of the team page, except the one for the search field. */
const ACTIONS: Record<Exclude<ShortcutOf<"team">, "find">, (key: string, position: ListPosition) => ListAction> = {
  move: (key, position) => move(key, position, false),
  movePage: (key, position) => move(key, position, false),
  moveToEnd: (key, position) => move(key, position, false),
  extend: (key, position) => move(key, position, true),
  open: () => ({ kind: "open" }),
  toggle: () => ({ kind: "toggle" }),
  selectRange: () => ({ kind: "selectRange" }),
  selectAll: () => ({ kind: "selectAll" }),
  clearSelection: () => ({ kind: "clearSelection" }),
};

/** The action for a key; null if the list does not use the key. */
export function listAction(event: KeyPress, position: ListPosition): ListAction | null {
  const shortcut = position.rowCount > 0 ? shortcutIn("team", event) : null;
  return shortcut === null || shortcut === "find" ? null : ACTIONS[shortcut](event.key, position);
}

/** Whether a Shift+arrow move goes back towards the start of the range, so that row `from` leaves the range. */
export function shrinksRange(anchor: number, from: number, to: number): boolean {
  return (anchor < from && to >= anchor && to < from) || (anchor > from && to <= anchor && to > from);
}
