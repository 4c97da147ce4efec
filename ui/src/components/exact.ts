// The exact time of a moment that is shown in other words, for those who point at it. Not before: writing it out takes time
// that the first paint has better uses for.

import type { Attachment } from "svelte/attachments";

import { exactly } from "../text/dates";

/** Gives an element the exact time as its title. */
export const exactTitle = (at: number, locale: string): Attachment<HTMLElement> => (element) => {
  const show = () => (element.title = exactly(at, locale));
  element.addEventListener("pointerenter", show);
  return () => {
    element.removeEventListener("pointerenter", show);
    // It was of another moment.
    element.removeAttribute("title");
  };
};
