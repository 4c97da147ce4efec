// All keyboard shortcuts, in one table. The help shows it, and every handler asks it which shortcut a key press is, so both
// always agree. Keys that every control of its kind has, such as the arrows in a menu, are not in the table.

import * as m from "../messages";
import type { Text } from "../text/words";
import { isEditable, isPressed, type KeyPress, type Keys, keysText, writesText } from "./keys";

/** Where a shortcut works: in the whole window, on the team page, or in the picture editor. */
export type ShortcutGroup = "window" | "team" | "editor";

/** A shortcut. */
export interface Shortcut {
  readonly group: ShortcutGroup;
  readonly text: Text;
  /** Any of these keys. */
  readonly keys: readonly Keys[];
  /** Whether the keys are a row, of which only the ends are shown. */
  readonly row?: true;
  /** More keys that do the same. The help does not show them. */
  readonly unlisted?: readonly Keys[];
}

const mod = (key: string): Keys => ({ key, mod: true });
const shifted = (key: string): Keys => ({ key, shift: true });
const named = (...keys: readonly string[]): Keys[] => keys.map((key) => ({ key }));

/** The table, in the order of the help. In a group, the first one that fits a press counts. */
export const SHORTCUTS = {
  palette: { group: "window", text: m.palette, keys: [mod("k")] },
  save: { group: "window", text: m.shortcut_save, keys: [mod("s")] },
  paste: { group: "window", text: m.shortcut_paste, keys: [mod("v")] },
  account: { group: "window", text: m.shortcut_account, keys: [..."123456789"].map(mod), row: true },
  close: { group: "window", text: m.shortcut_close, keys: named("Escape") },
  zoomIn: { group: "window", text: m.shortcut_zoom_in, keys: [mod("+")] },
  // Before the help: on some layouts, "-" is on the key of "/".
  zoomOut: { group: "window", text: m.shortcut_zoom_out, keys: [mod("-")] },
  actualSize: { group: "window", text: m.shortcut_actual_size, keys: [mod("0")] },
  help: { group: "window", text: m.shortcut_help, keys: [...named("?"), mod("?")], unlisted: [{ key: "/", mod: true, shift: true }] },

  find: { group: "team", text: m.shortcut_find, keys: [mod("f"), ...named("/")] },
  move: { group: "team", text: m.shortcut_move, keys: named("ArrowUp", "ArrowDown") },
  movePage: { group: "team", text: m.shortcut_move_page, keys: named("PageUp", "PageDown") },
  moveToEnd: {
    group: "team",
    text: m.shortcut_move_to_end,
    keys: [{ key: "Home", mod: "either" }, { key: "End", mod: "either" }],
  },
  open: { group: "team", text: m.shortcut_open, keys: named("Enter") },
  toggle: { group: "team", text: m.shortcut_toggle, keys: named(" ") },
  selectRange: { group: "team", text: m.shortcut_select_range, keys: [shifted(" ")] },
  extend: {
    group: "team",
    text: m.shortcut_extend,
    keys: ["ArrowUp", "ArrowDown"].map(shifted),
    unlisted: ["PageUp", "PageDown", "Home", "End"].map(shifted),
  },
  selectAll: { group: "team", text: m.shortcut_select_all, keys: [mod("a")] },
  clearSelection: { group: "team", text: m.shortcut_clear_selection, keys: named("Escape") },

  movePicture: { group: "editor", text: m.shortcut_move_picture, keys: named("ArrowLeft", "ArrowUp", "ArrowDown", "ArrowRight") },
  movePictureFar: { group: "editor", text: m.shortcut_move_picture_far, keys: ["ArrowLeft", "ArrowUp", "ArrowDown", "ArrowRight"].map(shifted) },
  enlargePicture: { group: "editor", text: m.shortcut_enlarge_picture, keys: named("+") },
  reducePicture: { group: "editor", text: m.shortcut_reduce_picture, keys: named("-") },
} as const satisfies Record<string, Shortcut>;

/** The name of a shortcut. */
export type ShortcutId = keyof typeof SHORTCUTS;

/** The names of the shortcuts of a group. */
export type ShortcutOf<Group extends ShortcutGroup> = {
  [Id in ShortcutId]: (typeof SHORTCUTS)[Id]["group"] extends Group ? Id : never;
}[ShortcutId];

const entries = Object.entries(SHORTCUTS) as [ShortcutId, Shortcut][];

/** The shortcuts of a group, in the order of the table. */
export const shortcutsOf = (group: ShortcutGroup): [ShortcutId, Shortcut][] => entries.filter(([, shortcut]) => shortcut.group === group);

/** The position of the pressed keys among those of a shortcut; -1 if they are others. Keys that write do so in a text field. */
function pressedIndex({ keys, unlisted = [] }: Shortcut, press: KeyPress): number {
  return [...keys, ...unlisted].findIndex((wanted) => isPressed(press, wanted) && !(writesText(wanted) && isEditable(press.target)));
}

/** The shortcut of a group that is pressed; null if there is none. */
export function shortcutIn<Group extends ShortcutGroup>(group: Group, press: KeyPress): ShortcutOf<Group> | null {
  const found = shortcutsOf(group).find(([, shortcut]) => pressedIndex(shortcut, press) >= 0);
  return found ? (found[0] as ShortcutOf<Group>) : null;
}

/** Whether a shortcut is pressed. */
export const isShortcut = (id: ShortcutId, press: KeyPress): boolean => shortcutIn(SHORTCUTS[id].group, press) === id;

/** The position (from 0) of the account whose shortcut is pressed; null if none is. */
export const pressedAccount = (press: KeyPress): number | null =>
  isShortcut("account", press) ? pressedIndex(SHORTCUTS.account, press) : null;

/** The keys of the account at a position, as a text; empty if it has none. */
export function accountKeysText(index: number): string {
  const keys = SHORTCUTS.account.keys[index];
  return keys ? keysText(keys) : "";
}

/** The first keys of a shortcut, as a text. */
export const shortcutText = (id: ShortcutId): string => keysText(SHORTCUTS[id].keys[0] as Keys);
