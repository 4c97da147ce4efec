// Shortcuts.

type Key = Pick<KeyboardEvent, "key" | "code" | "ctrlKey" | "metaKey" | "altKey">;

/** Ctrl or Command with a letter, or with its place where the layout has no Latin letters. */
function isCommand(event: Key, letter: string): boolean {
  if (!(event.ctrlKey || event.metaKey) || event.altKey) return false;
  return /^[a-z]$/i.test(event.key) ? event.key.toLowerCase() === letter : event.code === `Key${letter.toUpperCase()}`;
}

/** Whether a key saves. */
export const isSave = (event: Key): boolean => isCommand(event, "s");

/** Whether a key pastes. */
export const isPaste = (event: Key): boolean => isCommand(event, "v");
