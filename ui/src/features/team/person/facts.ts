// What is told of somebody in the team. What is not known is left out where its absence means nothing.

import type { PersonView } from "../../../host/types";
import * as m from "../../../paraglide/messages";
import type { Fact } from "../../../text/fact";
import { roleName, teamRoleName } from "../../../text/words";

/** The roles, each with which one it is: the same word may be one of either. */
export function roles({ row }: PersonView): string[] {
  const user = row.userRole === null ? [] : [m.person_user_role({ role: roleName(row.userRole) })];
  return [m.person_team_role({ role: teamRoleName(row.teamRole) }), ...user];
}

/** How long tags may be together to stand beside other facts. */
const SHORT = 32;

function tagged(tags: readonly string[]): Fact[] {
  const value = tags.join(", ");
  if (value === "") return [];
  return [{ name: m.team_column_tags(), value, ...(value.length > SHORT ? { long: true } : {}) }];
}

/** The facts below. */
export function facts({ row, updatedAt }: PersonView): Fact[] {
  const moment = (name: string, at: number | null, as: "ago" | "date"): Fact[] => (at === null ? [] : [{ name, at, as }]);
  return [
    { name: m.team_state(), value: row.pending ? m.person_invited() : m.team_member() },
    ...moment(row.pending ? m.person_invited_since() : m.member_since(), row.since, "date"),
    ...moment(m.last_change(), updatedAt, "ago"),
    ...(row.sso === null ? [] : [{ name: m.sso(), value: row.sso ? m.yes() : m.no() }]),
    { name: m.person_id(), value: row.id },
    ...tagged(row.tags),
  ];
}
