// The separator of exported lists. Pure.

import type { ListSeparator } from "../host/types";

/**
 * What spreadsheets of this system expect between the cells of a CSV file: a semicolon where the decimal separator is a
 * comma. `locale` is the system's by default, not that of the interface: the spreadsheet does not know the latter.
 */
export function listSeparator(locale?: string): ListSeparator {
  const parts = new Intl.NumberFormat(locale).formatToParts(1.5);
  return parts.some(({ type, value }) => type === "decimal" && value === ",") ? "semicolon" : "comma";
}
