// Sets an element's title only when the pointer enters it: the full text if it is truncated, the exact time of a date. This
// avoids measuring and storing titles for every row.

import { exactTime } from "../../text/dates";

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
