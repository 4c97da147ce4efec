// The filter options with the number of rows for each, and the list's columns. Pure except for the interface language.

import type { FacetCount, TeamColumn, TeamCounts, TeamQuery } from "../../host/types";
import * as m from "../../paraglide/messages";
import { roleName, teamRoleName, type Text } from "../../text/words";

/** An option of a filter; an empty value means no filter. */
interface FilterOption {
  value: string;
  text: string;
}

/** Cache: creating a number format is slow. */
const formats = new Map<string, Intl.NumberFormat>();

/** Formats a number for a locale. */
export function formatNumber(count: number, locale: string): string {
  const format = formats.get(locale) ?? new Intl.NumberFormat(locale);
  formats.set(locale, format);
  return format.format(count);
}

/** Option values carry a prefix, so that "no filter" and the empty role differ. */
const NO_FILTER = "";
const PREFIX = "=";

/** Converts a filter value to an option value. */
export const toOptionValue = (filter: string | null): string => (filter === null ? NO_FILTER : PREFIX + filter);

/** Converts an option value to a filter value. */
export const toFilterValue = (option: string): string | null => (option === NO_FILTER ? null : option.slice(PREFIX.length));

/** The facets. If no row has the selected value any more, it is added with count 0, so that it stays visible. */
function withSelected(facets: readonly FacetCount[], selected: string | null): readonly FacetCount[] {
  if (selected === null || facets.some(({ value }) => value === selected)) return facets;
  return [...facets, { value: selected, count: 0 }];
}

function filterOptions(
  facets: readonly FacetCount[], selected: string | null, name: (value: string) => string, locale: string, all: Text = m.team_all,
): FilterOption[] {
  const values = withSelected(facets, selected).map(({ value, count }) => ({
    value: toOptionValue(value),
    text: m.team_counted({ name: name(value), count: formatNumber(count, locale) }),
  }));
  return [{ value: NO_FILTER, text: all() }, ...values];
}

/** Options of the user role filter. */
export const userRoleOptions = ({ userRoles }: TeamCounts, { userRole }: TeamQuery, locale: string): FilterOption[] =>
  filterOptions(userRoles, userRole, roleName, locale);

/** Options of the tag filter. */
export const tagOptions = ({ tags }: TeamCounts, query: TeamQuery, locale: string): FilterOption[] =>
  filterOptions(tags, query.tags[0] ?? null, (value) => value, locale, m.team_all_tags);

/** Options of the state filter: members and invitations. */
export function stateOptions({ members, pending }: TeamCounts, locale: string): FilterOption[] {
  const facets = [{ value: "member", count: members }, { value: "pending", count: pending }];
  return filterOptions(facets, null, (value) => (value === "member" ? m.team_members() : m.team_invitations()), locale);
}

/** A team role with its number of rows; role null stands for all roles. */
interface RoleCount {
  role: string | null;
  name: string;
  count: string;
}

/** The team roles to filter by; the entry for all roles comes first. */
export function teamRoleCounts({ teamRoles: facets }: TeamCounts, { teamRole }: TeamQuery, locale: string): RoleCount[] {
  const total = facets.reduce((sum, { count }) => sum + count, 0);
  const entry = (role: string | null, name: string, count: number) => ({ role, name, count: formatNumber(count, locale) });
  const roles = withSelected(facets, teamRole).map(({ value, count }) => entry(value, teamRoleName(value), count));
  return [entry(null, m.team_all(), total), ...roles];
}

/** The columns of the list in display order. */
export const COLUMNS: readonly { column: TeamColumn; name: Text }[] = [
  { column: "name", name: m.team_column_name },
  { column: "email", name: m.email },
  { column: "teamRole", name: m.team_role },
  { column: "userRole", name: m.user_role },
  { column: "sso", name: m.sso },
  { column: "tags", name: m.team_column_tags },
  { column: "state", name: m.team_state },
  { column: "since", name: m.team_column_since },
];
