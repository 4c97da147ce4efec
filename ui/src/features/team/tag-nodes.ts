// Shows the tags of a row. The nodes are written to an existing element directly, as in highlight.ts: each keystroke changes
// the tags of all rows at once.

import type { Attachment } from "svelte/attachments";

import { highlight } from "./highlight";

/** How many tags a row shows. The others are counted. */
const MAX_SHOWN = 2;

/** A tag with the parts that the search found. */
interface MarkedTag {
  text: string;
  marks: [number, number][];
}

/**
 * An attachment that shows the first tags, and the number of the others. The elements that are there are used again: a
 * refresh gives every row its tags anew, mostly the same ones.
 */
export const tagNodes = (tags: readonly MarkedTag[]): Attachment<HTMLElement> => (element) => {
  const shown = tags.slice(0, MAX_SHOWN);
  const present = element.querySelectorAll<HTMLElement>(".tag");
  const nodes: (HTMLElement | string)[] = shown.map(({ text, marks }, index) => {
    const tag = present[index] ?? newTag();
    void highlight(text, marks)(tag);
    return tag;
  });
  const others = tags.length - shown.length;
  if (others > 0) nodes.push(`+${others}`);
  const isShown = present.length === nodes.length && element.childNodes.length === nodes.length;
  if (!isShown) element.replaceChildren(...nodes);
};

function newTag(): HTMLElement {
  const tag = document.createElement("bdi");
  tag.className = "tag";
  return tag;
}
