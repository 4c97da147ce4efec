// The filter options with the number of rows for each, and the list's columns. Pure except for the interface language.

import type { FacetCount, TeamColumn, TeamCounts, TeamQuery } from "../../host/types";
import * as m from "../../messages";
import { roleName, teamRoleName } from "../../text/words";

/** Cache: creating a number format is slow. */
const formats = new Map<string, Intl.NumberFormat>();

/** Formats a number for a locale. */
export function formatNumber(count: number, locale: string): string {
  const format = formats.get(locale) ?? new Intl.NumberFormat(locale);
  formats.set(locale, format);
  return format.format(count);
}

/** The facets. If no row has the selected value any more, it is added with count 0, so that it stays visible. */
function withSelected(facets: readonly FacetCount[], selected: string | null): readonly FacetCount[] {
  if (selected === null || facets.some(({ value }) => value === selected)) return facets;
  return [...facets, { value: selected, count: 0 }];
}

/** A choice of a filter, with the number of rows that it would leave. */
export interface FilterChoice {
  text: string;
  count: string;
  chosen: boolean;
  /** What choosing it, or choosing it again, changes in the query. */
  change: Partial<TeamQuery>;
}

/** Choices that exclude each other. Choosing the chosen one again removes the filter. */
function choices<Value>(
  options: readonly { value: Value; text: string; count: number }[], chosen: Value | null, change: (value: Value | null) => Partial<TeamQuery>, locale: string,
): FilterChoice[] {
  return options.map(({ value, text, count }) => ({
    text, count: formatNumber(count, locale), chosen: value === chosen, change: change(value === chosen ? null : value),
  }));
}

/** A group of filter choices. */
export interface FilterGroup {
  id: string;
  name: string;
  choices: FilterChoice[];
}

/** The groups of filters besides the team role and the tags. */
export function filterGroups(counts: TeamCounts, query: TeamQuery, locale: string): FilterGroup[] {
  const roles = withSelected(counts.userRoles, query.userRole).map(({ value, count }) => ({ value, text: roleName(value), count }));
  const states = [
    { value: "member" as const, text: m.team_members(), count: counts.members },
    { value: "pending" as const, text: m.team_invitations(), count: counts.pending },
  ];
  const signOn = [
    { value: true, text: m.filter_sso(), count: counts.sso },
    { value: false, text: m.filter_no_sso(), count: counts.noSso },
  ];
  const own = [{ value: true, text: m.filter_changed_by_me(), count: counts.changedByMe }];
  return [
    { id: "userRole", name: m.user_role(), choices: choices(roles, query.userRole, (userRole) => ({ userRole }), locale) },
    { id: "state", name: m.team_state(), choices: choices(states, query.state, (state) => ({ state }), locale) },
    { id: "sso", name: m.sso(), choices: choices(signOn, query.sso, (sso) => ({ sso }), locale) },
    { id: "own", name: m.filter_changes(), choices: choices(own, query.changedByMe || null, (value) => ({ changedByMe: value === true }), locale) },
  ];
}

/** The tags to filter by: the chosen ones first, then those whose name contains the search text. */
export function tagChoices({ tags }: TeamCounts, query: TeamQuery, search: string, locale: string): FilterChoice[] {
  const wanted = search.trim().toLocaleLowerCase(locale);
  const all = query.tags.reduce<readonly FacetCount[]>(withSelected, tags);
  const chosen = all.filter(({ value }) => query.tags.includes(value));
  const others = all.filter(({ value }) => !query.tags.includes(value) && value.toLocaleLowerCase(locale).includes(wanted));
  const without = (tag: string) => query.tags.filter((other) => other !== tag);
  return [
    ...chosen.map(({ value, count }) => ({ text: value, count: formatNumber(count, locale), chosen: true, change: { tags: without(value) } })),
    ...others.map(({ value, count }) => ({ text: value, count: formatNumber(count, locale), chosen: false, change: { tags: [...query.tags, value] } })),
  ];
}

/** The active filters besides the team role, each with the change that removes it. */
export function activeFilters(query: TeamQuery): { key: string; text: string; change: Partial<TeamQuery> }[] {
  const { userRole, state, sso, tags, changedByMe } = query;
  return [
    ...(userRole === null ? [] : [{ key: "userRole", text: roleName(userRole), change: { userRole: null } }]),
    ...(state === null ? [] : [{ key: "state", text: state === "member" ? m.team_members() : m.team_invitations(), change: { state: null } }]),
    ...(sso === null ? [] : [{ key: "sso", text: sso ? m.filter_sso() : m.filter_no_sso(), change: { sso: null } }]),
    ...tags.map((tag) => ({ key: `tag ${tag}`, text: tag, change: { tags: tags.filter((other) => other !== tag) } })),
    ...(changedByMe ? [{ key: "own", text: m.filter_changed_by_me(), change: { changedByMe: false } }] : []),
  ];
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

/** The columns of the list in display order. The team role is named after the organization (role-texts.ts). */
export const COLUMNS: readonly TeamColumn[] = ["name", "teamRole", "userRole", "tags", "since"];
