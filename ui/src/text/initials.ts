// Initials and their background color, for people and organizations without a picture.

/** Number of background colors in components/Avatar.svelte. */
export const TONES = 8;

/**
 * The number of the background color for an id, 0 to TONES - 1. It depends only on the id. The hash is FNV-1a, which
 * distributes short ids well.
 */
export function tone(id: string): number {
  let hash = 0x811c9dc5;
  // Hashes char codes instead of bytes: TextEncoder would allocate an array for each row while a list scrolls.
  for (let i = 0; i < id.length; i += 1) hash = Math.imul(hash ^ id.charCodeAt(i), 0x01000193) >>> 0;
  return hash % TONES;
}

/** The first grapheme of a name in upper case, for organizations: the Rust core computes initials only for people. */
export function firstGrapheme(name: string): string {
  const first = new Intl.Segmenter(undefined, { granularity: "grapheme" }).segment(name.trim())[Symbol.iterator]().next();
  return first.done ? "" : first.value.segment.toLocaleUpperCase();
}
