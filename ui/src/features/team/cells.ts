// What the cells of a row say, all of it at once: a row that changes is a single change for the page.

import type { TeamRow } from "../../host/types";
import * as m from "../../paraglide/messages";
import { dateOnly } from "../../text/dates";
import { roleName, teamRoleName } from "../../text/words";

/** The texts of a row, in the interface's language at the moment of the call. */
export interface Cells {
  select: string;
  teamRole: string;
  userRole: string;
  sso: string;
  tags: string;
  state: string;
  since: string;
  /** The moment of `since` for machines; empty where there is none. */
  sinceAt: string;
}

/** Decides the colour behind somebody's initials: the same wherever they are shown. */
export const toneId = (row: TeamRow): string => row.userId ?? row.id;

/** What the cells of a row say. */
export const cellsOf = (row: TeamRow, locale: string): Cells => ({
  select: m.team_select({ name: row.name }),
  teamRole: teamRoleName(row.teamRole),
  userRole: row.userRole === null ? "" : roleName(row.userRole),
  sso: row.sso === null ? "" : row.sso ? m.yes() : m.no(),
  tags: row.tags.join(", "),
  state: row.pending ? m.team_invitation() : m.team_member(),
  since: row.since === null ? "" : dateOnly(row.since, locale),
  sinceAt: row.since === null ? "" : new Date(row.since).toISOString(),
});
