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

/** Ways of writing a moment. */
const STYLES = {
  date: { dateStyle: "medium" },
  time: { timeStyle: "short" },
  second: { timeStyle: "medium" },
  both: { dateStyle: "medium", timeStyle: "short" },
  exact: { dateStyle: "long", timeStyle: "short" },
} as const;

/** Formats are dear to make, and the first paint waits for each. */
const made = new Map<string, Intl.DateTimeFormat>();

function write(at: number, style: keyof typeof STYLES, locale: string): string {
  const key = `${style} ${locale}`;
  const format = made.get(key) ?? new Intl.DateTimeFormat(locale, STYLES[style]);
  made.set(key, format);
  return format.format(at);
}

const sameDay = (at: number, now: number): boolean => new Date(at).toDateString() === new Date(now).toDateString();

/** Day, month and year. */
export const dateOnly = (at: number, locale: string): string => write(at, "date", locale);

/** Date and time to the minute. */
export const exactly = (at: number, locale: string): string => write(at, "exact", locale);

/** The moment of which something is shown: the time today, else with the date. */
export function asOf(at: number, now: number, locale: string): string {
  return write(at, sameDay(at, now) ? "time" : "both", locale);
}

/** A moment that somebody waits for: to the second today, else with the date. */
export function until(at: number, now: number, locale: string): string {
  return write(at, sameDay(at, now) ? "second" : "both", locale);
}

/** How long ago, in words; a date from a week on. What seems to lie in the future, by clocks that differ, is just now. */
export function ago(at: number, now: number, locale: string): string {
  const age = now - at;
  if (age < MINUTE) return m.just_now();
  const step = STEPS.find(({ until }) => age < until);
  if (!step) return dateOnly(at, locale);
  return new Intl.RelativeTimeFormat(locale, { numeric: "auto" }).format(-Math.floor(age / step.size), step.unit);
}
