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
