// Builds and compares team queries (search, filters, order). Pure.

import type { TeamColumn, TeamQuery } from "../../host/types";

/** All rows in the default order (owners first). */
export const DEFAULT_QUERY: TeamQuery = {
  search: "", teamRole: null, userRole: null, state: null, tags: [], sso: null, changedByMe: false, sort: null, descending: false,
};

/** Whether two queries request the same rows in the same order. */
export function sameQuery(a: TeamQuery, b: TeamQuery): boolean {
  const { tags: tagsOfA, ...restOfA } = a;
  const { tags: tagsOfB, ...restOfB } = b;
  const haveSameTags = tagsOfA.length === tagsOfB.length && tagsOfA.every((tag, index) => tag === tagsOfB[index]);
  return haveSameTags && (Object.keys(restOfA) as (keyof typeof restOfA)[]).every((key) => restOfA[key] === restOfB[key]);
}

/** Whether the query has a search text or a filter. */
export const isFiltered = (query: TeamQuery): boolean => query.search.trim() !== "" || hasFilters(query);

const hasFilters = (query: TeamQuery): boolean => query.teamRole !== null || secondaryFilterCount(query) > 0;

/** Number of active filters without the team role, which has its own buttons. */
export const secondaryFilterCount = ({ userRole, state, tags, sso, changedByMe }: TeamQuery): number =>
  [userRole, state, sso].filter((filter) => filter !== null).length + tags.length + Number(changedByMe);

/** Removes all filters except the team role. */
export const withoutSecondaryFilters = { userRole: null, state: null, tags: [], sso: null, changedByMe: false } satisfies Partial<TeamQuery>;

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
