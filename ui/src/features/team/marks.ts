// What a search found within a text, as pieces to draw.

/** A piece of a text. */
export interface Piece {
  text: string;
  found: boolean;
}

/** The text in pieces; places in UTF-16, in order and apart from each other. What lies outside the text is left out. */
export function pieces(text: string, places: readonly (readonly [number, number])[]): Piece[] {
  const all: Piece[] = [];
  let at = 0;
  for (const [start, end] of places) {
    if (start < at || end <= start || start >= text.length) continue;
    if (start > at) all.push({ text: text.slice(at, start), found: false });
    at = Math.min(end, text.length);
    all.push({ text: text.slice(start, at), found: true });
  }
  if (at < text.length || all.length === 0) all.push({ text: text.slice(at), found: false });
  return all;
}
