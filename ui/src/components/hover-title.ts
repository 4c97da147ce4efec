// Tooltips that are set only when the pointer enters: formatting all timestamps and measuring all texts in advance would
// slow down the first paint and scrolling.

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

const isTruncated = ({ scrollWidth, clientWidth, scrollHeight, clientHeight }: HTMLElement): boolean =>
  scrollWidth > clientWidth || scrollHeight > clientHeight;

/** Sets the title of the `time` or `.truncate` element under the pointer. */
export function setHoverTitle(event: PointerEvent, locale: string): void {
  if (!(event.target instanceof Element)) return;
  const element = event.target.closest<HTMLElement>("time, .truncate");
  if (!element) return;
  if (element instanceof HTMLTimeElement) element.title = element.dateTime ? exactTime(Date.parse(element.dateTime), locale) : "";
  else element.title = isTruncated(element) ? (element.textContent?.trim() ?? "") : "";
}
