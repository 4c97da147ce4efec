// Keyboard shortcuts.

type Key = Pick<KeyboardEvent, "key" | "code" | "ctrlKey" | "metaKey" | "altKey">;

/** Whether the event is Ctrl or Command with `letter`. On a layout without Latin letters, the physical key counts. */
function isCommand(event: Key, letter: string): boolean {
  if (!(event.ctrlKey || event.metaKey) || event.altKey) return false;
  return /^[a-z]$/i.test(event.key) ? event.key.toLowerCase() === letter : event.code === `Key${letter.toUpperCase()}`;
}

/** Whether the event is the shortcut for saving. */
export const isSave = (event: Key): boolean => isCommand(event, "s");

/** Whether the event is the shortcut for pasting. */
export const isPaste = (event: Key): boolean => isCommand(event, "v");

/** How many accounts have a shortcut. */
const MAX_ACCOUNT_SHORTCUTS = 9;

/** Whether the keys are those of a Mac, where shortcuts use Command instead of Control. */
export const isMac = (platform: string): boolean => platform.startsWith("Mac");

/**
 * The position (from 0) of the account to switch to, for Control (on a Mac: Command) with 1 to 9; otherwise null. The physical
 * key counts, because some layouts have the digits on Shift.
 */
export function accountShortcut(event: Key & Pick<KeyboardEvent, "shiftKey">, mac: boolean): number | null {
  const [wanted, other] = mac ? [event.metaKey, event.ctrlKey] : [event.ctrlKey, event.metaKey];
  if (!wanted || other || event.altKey || event.shiftKey) return null;
  const digit = /^(?:Digit|Numpad)([1-9])$/.exec(event.code)?.[1] ?? /^[1-9]$/.exec(event.key)?.[0];
  return digit ? Number(digit) - 1 : null;
}

/** The name of that shortcut for the account at a position; empty if it has none. */
export function accountShortcutText(index: number, mac: boolean): string {
  if (index >= MAX_ACCOUNT_SHORTCUTS) return "";
  return mac ? `⌘${index + 1}` : `Ctrl+${index + 1}`;
}
