// What stands where there is no picture.

/** Number of background colours in components/Avatar.svelte. */
export const TONES = 8;

/** The colour of an id: always the same, on every computer (FNV-1a, which spreads short ids well). */
export function tone(id: string): number {
  let hash = 0x811c9dc5;
  // Not as bytes, which would be made for every row of a list that scrolls by.
  for (let at = 0; at < id.length; at += 1) hash = Math.imul(hash ^ id.charCodeAt(at), 0x01000193) >>> 0;
  return hash % TONES;
}

/** The first grapheme, upper case, for what has a name and no initials of its own. */
export function firstGrapheme(name: string): string {
  const first = new Intl.Segmenter(undefined, { granularity: "grapheme" }).segment(name.trim())[Symbol.iterator]().next();
  return first.done ? "" : first.value.segment.toLocaleUpperCase();
}
