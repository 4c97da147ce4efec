// What keys do in the list. Pure: the list does it.

/** What a key asks for. */
export type Wish =
  | { kind: "move"; to: number; extend: boolean }
  | { kind: "toggle" }
  | { kind: "reach" }
  | { kind: "all" }
  | { kind: "none" }
  | { kind: "open" };

type Key = Pick<KeyboardEvent, "key" | "code" | "ctrlKey" | "metaKey" | "altKey" | "shiftKey">;

/** Ctrl or Command with a letter, or with its place where the layout has no Latin letters. */
function isCommand(event: Key, letter: string): boolean {
  if (!(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return false;
  return /^[a-z]$/i.test(event.key) ? event.key.toLowerCase() === letter : event.code === `Key${letter.toUpperCase()}`;
}

/** Whether a key asks for the search. */
export const isFind = (event: Key): boolean => isCommand(event, "f");

/** Where the list is. */
export interface Standing {
  /** Place of the active row. */
  active: number;
  /** Rows in all. */
  found: number;
  /** Rows that fit in the window. */
  page: number;
}

function target(key: string, { active, found, page }: Standing): number | null {
  const steps: Record<string, number> = {
    ArrowDown: active + 1,
    ArrowUp: active - 1,
    PageDown: active + page,
    PageUp: active - page,
    Home: 0,
    End: found - 1,
  };
  const to = steps[key];
  return to === undefined ? null : Math.max(0, Math.min(found - 1, to));
}

/** What a key asks for in the list; null for keys that mean nothing there. */
export function wish(event: Key, standing: Standing): Wish | null {
  if (event.altKey || standing.found === 0) return null;
  if (isCommand(event, "a")) return { kind: "all" };
  const to = target(event.key, standing);
  if (to !== null) return { kind: "move", to, extend: event.shiftKey };
  if (event.ctrlKey || event.metaKey) return null;
  if (event.key === " ") return event.shiftKey ? { kind: "reach" } : { kind: "toggle" };
  if (event.key === "Enter") return { kind: "open" };
  return event.key === "Escape" ? { kind: "none" } : null;
}

/** Whether a step that extends goes back towards where the range began, so that the row it leaves is no longer in it. */
export function shrinks(anchor: number, from: number, to: number): boolean {
  return (anchor < from && to >= anchor && to < from) || (anchor > from && to <= anchor && to > from);
}
