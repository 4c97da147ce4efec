// Highlights search matches in a text. The nodes are written to an existing element directly: each keystroke changes the
// highlights of all rows at once, and template blocks for the segments would account for most of the cost.

import type { Attachment } from "svelte/attachments";

/** Start and end of a match in UTF-16 code units. */
type MatchRange = readonly [number, number];

/** A part of a text. */
interface Segment {
  text: string;
  isMatch: boolean;
}

/** Splits a text at its matches. The ranges must be in order; overlapping, empty and out-of-bounds ranges are skipped. */
export function splitAtMatches(text: string, ranges: readonly MatchRange[]): Segment[] {
  const segments: Segment[] = [];
  let position = 0;
  for (const [start, end] of ranges) {
    if (start < position || end <= start || start >= text.length) continue;
    if (start > position) segments.push({ text: text.slice(position, start), isMatch: false });
    position = Math.min(end, text.length);
    segments.push({ text: text.slice(start, position), isMatch: true });
  }
  if (position < text.length || segments.length === 0) segments.push({ text: text.slice(position), isMatch: false });
  return segments;
}

/** Attachment that shows a text with highlighted matches. The element must have no other content. */
export const highlight = (text: string, ranges: readonly MatchRange[]): Attachment<HTMLElement> => (element) => {
  const [first] = element.childNodes;
  if (ranges.length === 0 && element.childElementCount === 0 && element.textContent === text) return;
  if (ranges.length > 0) element.replaceChildren(...splitAtMatches(text, ranges).map(createNode));
  else if (first instanceof Text && element.childNodes.length === 1) first.data = text;
  else element.textContent = text;
};

function createNode({ text, isMatch }: Segment): Node {
  if (!isMatch) return document.createTextNode(text);
  const mark = document.createElement("mark");
  mark.textContent = text;
  return mark;
}
