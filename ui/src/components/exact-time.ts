// The exact time as a tooltip on an element that shows a relative or shortened time. The tooltip is set only when the
// pointer enters, because formatting every time would slow down the first paint.

import type { Attachment } from "svelte/attachments";

import { exactTime } from "../text/dates";

/** An attachment that shows the exact time as the element's title while the pointer is over it. */
export const exactTimeTitle = (at: number, locale: string): Attachment<HTMLElement> => (element) => {
  const show = () => (element.title = exactTime(at, locale));
  element.addEventListener("pointerenter", show);
  return () => {
    element.removeEventListener("pointerenter", show);
    // The attachment runs again when `at` changes; the old title would be wrong.
    element.removeAttribute("title");
  };
};
