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

/** An attachment that shows the first tags, and the number of the others. */
export const tagNodes = (tags: readonly MarkedTag[]): Attachment<HTMLElement> => (element) => {
  const nodes = tags.slice(0, MAX_SHOWN).map(({ text, marks }) => {
    const tag = document.createElement("bdi");
    tag.className = "tag";
    void highlight(text, marks)(tag);
    return tag;
  });
  const others = tags.length - nodes.length;
  element.replaceChildren(...nodes, ...(others > 0 ? [document.createTextNode(`+${others}`)] : []));
};
