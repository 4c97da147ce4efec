// What there is to filter by, each with the number of rows that it leaves. Pure but for the interface language.

import type { FacetCount, TeamColumn, TeamCounts, TeamQuery } from "../../host/types";
import * as m from "../../paraglide/messages";
import { roleName, teamRoleName, type Text } from "../../text/words";

/** A choice of a filter; empty text for no filter. */
export interface Option {
  value: string;
  text: string;
}

/** Formats are dear to make. */
const made = new Map<string, Intl.NumberFormat>();

/** A number as the locale writes it. */
export function number(count: number, locale: string): string {
  const format = made.get(locale) ?? new Intl.NumberFormat(locale);
  made.set(locale, format);
  return format.format(count);
}

/** A choice of roles or tags; none is told apart from the empty role by its mark. */
const NONE = "";
const MARK = "=";

/** The value of a filter as that of an option. */
export const asOption = (value: string | null): string => (value === null ? NONE : MARK + value);

/** The value of an option as that of a filter. */
export const asFilter = (option: string): string | null => (option === NONE ? null : option.slice(MARK.length));

function options(facets: readonly FacetCount[], held: string | null, name: (value: string) => string, locale: string): Option[] {
  // What is chosen stays to be seen, also where no row has it any more.
  const gone = held !== null && facets.every(({ value }) => value !== held) ? [{ value: held, count: 0 }] : [];
  const values = [...facets, ...gone].map(({ value, count }) => ({
    value: asOption(value),
    text: m.team_counted({ name: name(value), count: number(count, locale) }),
  }));
  return [{ value: NONE, text: m.team_all() }, ...values];
}

/** User roles to filter by. */
export const userRoles = ({ userRoles: facets }: TeamCounts, { userRole }: TeamQuery, locale: string): Option[] =>
  options(facets, userRole, roleName, locale);

/** Tags to filter by. */
export const tags = ({ tags: facets }: TeamCounts, { tag }: TeamQuery, locale: string): Option[] =>
  options(facets, tag, (value) => value, locale);

/** Members and invitations to filter by. */
export function states({ members, pending }: TeamCounts, locale: string): Option[] {
  const facets = [{ value: "member", count: members }, { value: "pending", count: pending }];
  return options(facets, null, (value) => (value === "member" ? m.team_members() : m.team_invitations()), locale);
}

/** A team role to filter by; null is all of them. */
export interface RoleCount {
  role: string | null;
  name: string;
  count: string;
}

/** Team roles to filter by, all of them first. */
export function teamRoles({ teamRoles: facets }: TeamCounts, { teamRole }: TeamQuery, locale: string): RoleCount[] {
  const gone = teamRole !== null && facets.every(({ value }) => value !== teamRole) ? [{ value: teamRole, count: 0 }] : [];
  const all = facets.reduce((sum, { count }) => sum + count, 0);
  const one = (role: string | null, name: string, count: number) => ({ role, name, count: number(count, locale) });
  return [one(null, m.team_all(), all), ...[...facets, ...gone].map(({ value, count }) => one(value, teamRoleName(value), count))];
}

/** The columns in their order, with their names. */
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
