// Which rows are asked for: building and comparing queries. Pure.

import type { TeamColumn, TeamQuery } from "../../host/types";

/** Everybody, owners first. */
export const EVERYBODY: TeamQuery = {
  search: "", teamRole: null, userRole: null, state: null, tag: null, sort: null, descending: false,
};

/** Whether two queries ask for the same rows in the same order. */
export function sameQuery(a: TeamQuery, b: TeamQuery): boolean {
  return (Object.keys(EVERYBODY) as (keyof TeamQuery)[]).every((key) => a[key] === b[key]);
}

/** Whether a query leaves anybody out. */
export const isFiltered = (query: TeamQuery): boolean => query.search.trim() !== "" || hasFilters(query);

/** Whether more than a search is set. */
export const hasFilters = ({ teamRole, userRole, state, tag }: TeamQuery): boolean =>
  [teamRole, userRole, state, tag].some((filter) => filter !== null);

/** How many of the filters beside the team role are set. */
export const furtherFilters = ({ userRole, state, tag }: TeamQuery): number =>
  [userRole, state, tag].filter((filter) => filter !== null).length;

/** The order after a press on a column: first ascending, then descending, then owners first again. */
export function pressed({ sort, descending }: TeamQuery, column: TeamColumn): Pick<TeamQuery, "sort" | "descending"> {
  if (sort !== column) return { sort: column, descending: false };
  return descending ? { sort: null, descending: false } : { sort: column, descending: true };
}

/** What `aria-sort` says about a column. */
export function ariaSort({ sort, descending }: TeamQuery, column: TeamColumn): "ascending" | "descending" | undefined {
  if (sort !== column) return undefined;
  return descending ? "descending" : "ascending";
}
