// What is told of an element that somebody points at: the whole text where it is cut, the exact time where there is a date. Not
// before, and not kept with each row.

import { exactly } from "../../text/dates";

const isCut = ({ scrollWidth, clientWidth, scrollHeight, clientHeight }: HTMLElement): boolean =>
  scrollWidth > clientWidth || scrollHeight > clientHeight;

/** Gives the element that is pointed at a title, where it has more to say than what is seen. */
export function hint(event: PointerEvent, locale: string): void {
  if (!(event.target instanceof Element)) return;
  const element = event.target.closest<HTMLElement>("time, .cut");
  if (!element) return;
  if (element instanceof HTMLTimeElement) element.title = element.dateTime ? exactly(Date.parse(element.dateTime), locale) : "";
  else element.title = isCut(element) ? (element.textContent?.trim() ?? "") : "";
}
