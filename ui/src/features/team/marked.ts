// A text with what the search found in it, written into an element that is there: a keystroke changes the marks of all rows
// at once, and blocks of a template for each piece would be most of the work.

import type { Attachment } from "svelte/attachments";

import { pieces } from "./marks";

/** Shows a text with its marks in an element that holds nothing else. */
export const marked = (text: string, marks: readonly (readonly [number, number])[]): Attachment<HTMLElement> => (element) => {
  const [first] = element.childNodes;
  if (marks.length > 0) element.replaceChildren(...pieces(text, marks).map(node));
  else if (first instanceof Text && element.childNodes.length === 1) first.data = text;
  else element.textContent = text;
};

function node({ text, found }: { text: string; found: boolean }): Node {
  if (!found) return document.createTextNode(text);
  const mark = document.createElement("mark");
  mark.textContent = text;
  return mark;
}
