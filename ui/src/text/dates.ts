// Dates in words, through Intl. Pure: the locale and the present moment are passed in.

import * as m from "../paraglide/messages";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** The steps of relative time: below `until`, counted in `size`. */
const STEPS: { until: number; size: number; unit: Intl.RelativeTimeFormatUnit }[] = [
  { until: HOUR, size: MINUTE, unit: "minute" },
  { until: DAY, size: HOUR, unit: "hour" },
  { until: 7 * DAY, size: DAY, unit: "day" },
];

/** Day, month and year. */
export function dateOnly(at: number, locale: string): string {
  return new Intl.DateTimeFormat(locale, { dateStyle: "medium" }).format(at);
}

/** Date and time to the minute. */
export function exactly(at: number, locale: string): string {
  return new Intl.DateTimeFormat(locale, { dateStyle: "long", timeStyle: "short" }).format(at);
}

/** The moment of which something is shown: the time today, else with the date. */
export function asOf(at: number, now: number, locale: string): string {
  const day = new Intl.DateTimeFormat("en", { dateStyle: "short" });
  const today = day.format(at) === day.format(now);
  return new Intl.DateTimeFormat(locale, today ? { timeStyle: "short" } : { dateStyle: "medium", timeStyle: "short" }).format(at);
}

/** How long ago, in words; a date from a week on. What seems to lie in the future, by clocks that differ, is just now. */
export function ago(at: number, now: number, locale: string): string {
  const age = now - at;
  if (age < MINUTE) return m.just_now();
  const step = STEPS.find(({ until }) => age < until);
  if (!step) return dateOnly(at, locale);
  return new Intl.RelativeTimeFormat(locale, { numeric: "auto" }).format(-Math.floor(age / step.size), step.unit);
}
