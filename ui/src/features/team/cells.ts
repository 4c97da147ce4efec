// The cell texts of a row, computed together so that a changed row causes a single update.

import type { TeamRow } from "../../host/types";
import * as m from "../../messages";
import { dateOnly } from "../../text/dates";
import { isKnownRole, roleName } from "./roles/role-texts";

/** The texts of a row in the current interface language. */
interface CellTexts {
  select: string;
  /** The name, or what to say instead if the person has neither a name nor an address. */
  name: string;
  /** The user role, or that the person is invited. */
  userRole: string;
  /** Tags with the parts that the search found, these tags first. */
  tags: { text: string; marks: [number, number][] }[];
  since: string;
  /** `since` in ISO 8601; empty if there is no date. */
  sinceIso: string;
}

/** The id that determines the color of the initials. It is the same wherever the person is shown. */
export const avatarColorId = (row: TeamRow): string => row.userId ?? row.id;

/** Whether the row has only an id, which is no name. */
const isNameless = (row: TeamRow): boolean => row.name === row.id;

/** The name of the person of a row. */
export const personName = (row: TeamRow): string => (isNameless(row) ? m.team_no_name() : row.name);

/** Whether the row may need more height than others in a wide list: it shows an id, or roles whose names Lapel does not know. */
export const isTall = (row: TeamRow): boolean =>
  row.idMarks.length > 0 || !isKnownRole("team", row.teamRole) || (row.userRole !== null && !isKnownRole("user", row.userRole));

const tagsOf = ({ tags, tagMarks }: TeamRow): CellTexts["tags"] =>
  tags.map((text, index) => ({ text, marks: tagMarks[index] ?? [] })).sort((a, b) => Number(b.marks.length > 0) - Number(a.marks.length > 0));

/** The texts of a row. */
export const cellTexts = (row: TeamRow, locale: string): CellTexts => ({
  select: m.team_select({ name: personName(row) }),
  name: personName(row),
  userRole: row.pending ? m.team_invited() : row.userRole === null ? "" : roleName("user", row.userRole),
  tags: tagsOf(row),
  since: row.since === null ? "" : dateOnly(row.since, locale),
  sinceIso: row.since === null ? "" : new Date(row.since).toISOString(),
});
