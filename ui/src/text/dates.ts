// Formats dates and times with Intl. Pure: the caller passes the locale and the current time. Times are milliseconds
// since 1970.

import * as m from "../messages";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** The units of relative time. An age below `until` is counted in units of `size`. */
const STEPS: { until: number; size: number; unit: Intl.RelativeTimeFormatUnit }[] = [
  { until: HOUR, size: MINUTE, unit: "minute" },
  { until: DAY, size: HOUR, unit: "hour" },
  { until: 7 * DAY, size: DAY, unit: "day" },
];

const STYLES = {
  date: { dateStyle: "medium" },
  time: { timeStyle: "short" },
  second: { timeStyle: "medium" },
  both: { dateStyle: "medium", timeStyle: "short" },
  exact: { dateStyle: "long", timeStyle: "short" },
} as const;

/** Cached formatters: creating one is slow and would delay the first paint. */
const formatters = new Map<string, Intl.DateTimeFormat>();

function format(at: number, style: keyof typeof STYLES, locale: string): string {
  const key = `${style} ${locale}`;
  const formatter = formatters.get(key) ?? new Intl.DateTimeFormat(locale, STYLES[style]);
  formatters.set(key, formatter);
  return formatter.format(at);
}

function sameDay(at: number, now: number): boolean {
  // Not by their texts: making those takes longer than all the rest of the sentence.
  const [one, other] = [new Date(at), new Date(now)];
  return one.getDate() === other.getDate() && one.getMonth() === other.getMonth() && one.getFullYear() === other.getFullYear();
}

/** Day, month and year. */
export const dateOnly = (at: number, locale: string): string => format(at, "date", locale);

/** Date and time, to the minute. */
export const exactTime = (at: number, locale: string): string => format(at, "exact", locale);

/** A time of today as hours and minutes; an earlier time with its date. For "as of ...". */
export function asOf(at: number, now: number, locale: string): string {
  return format(at, sameDay(at, now) ? "time" : "both", locale);
}

/** A time of today to the second; a later time with its date. For "next try at ...". */
export function until(at: number, now: number, locale: string): string {
  return format(at, sameDay(at, now) ? "second" : "both", locale);
}

/** How long ago, in words; from one week on, the date. A time in the future (clocks may differ) is "just now". */
export function ago(at: number, now: number, locale: string): string {
  const age = now - at;
  if (age < MINUTE) return m.just_now();
  const step = STEPS.find(({ until }) => age < until);
  if (!step) return dateOnly(at, locale);
  return new Intl.RelativeTimeFormat(locale, { numeric: "auto" }).format(-Math.floor(age / step.size), step.unit);
}
