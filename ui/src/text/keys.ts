// Shortcuts.

/** Whether a key saves: Ctrl or Command with S, by its letter, or by its place where the layout has no Latin letters. */
export function isSave(event: Pick<KeyboardEvent, "key" | "code" | "ctrlKey" | "metaKey" | "altKey">): boolean {
  if (!(event.ctrlKey || event.metaKey) || event.altKey) return false;
  return /^[a-z]$/i.test(event.key) ? event.key.toLowerCase() === "s" : event.code === "KeyS";
}
