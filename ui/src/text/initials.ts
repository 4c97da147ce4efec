// What stands where there is no picture.

/** Number of background colours in components/Avatar.svelte. */
export const TONES = 8;

/** The colour of an id: always the same, on every computer (FNV-1a, which spreads short ids well). */
export function tone(id: string): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(id)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash % TONES;
}

/** The first grapheme, upper case, for what has a name and no initials of its own. */
export function firstGrapheme(name: string): string {
  const first = new Intl.Segmenter(undefined, { granularity: "grapheme" }).segment(name.trim())[Symbol.iterator]().next();
  return first.done ? "" : first.value.segment.toLocaleUpperCase();
}
