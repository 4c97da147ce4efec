// Builds and compares team queries (search, filters, order). Pure.

import type { TeamColumn, TeamQuery } from "../../host/types";

/** All rows in the default order (owners first). */
export const DEFAULT_QUERY: TeamQuery = {
  search: "", teamRole: null, userRole: null, state: null, tag: null, sort: null, descending: false,
};

/** Whether two queries request the same rows in the same order. */
export function sameQuery(a: TeamQuery, b: TeamQuery): boolean {
  return (Object.keys(DEFAULT_QUERY) as (keyof TeamQuery)[]).every((key) => a[key] === b[key]);
}

/** Whether the query has a search text or a filter. */
export const isFiltered = (query: TeamQuery): boolean => query.search.trim() !== "" || hasFilters(query);

const hasFilters = ({ teamRole, userRole, state, tag }: TeamQuery): boolean =>
  [teamRole, userRole, state, tag].some((filter) => filter !== null);

/** Number of active filters without the team role, which has its own buttons. */
export const secondaryFilterCount = ({ userRole, state, tag }: TeamQuery): number =>
  [userRole, state, tag].filter((filter) => filter !== null).length;

/** The order after a click on a column header: ascending, then descending, then the default order. */
export function nextSort({ sort, descending }: TeamQuery, column: TeamColumn): Pick<TeamQuery, "sort" | "descending"> {
  if (sort !== column) return { sort: column, descending: false };
  return descending ? { sort: null, descending: false } : { sort: column, descending: true };
}

/** The `aria-sort` value of a column. */
export function ariaSort({ sort, descending }: TeamQuery, column: TeamColumn): "ascending" | "descending" | undefined {
  if (sort !== column) return undefined;
  return descending ? "descending" : "ascending";
}
