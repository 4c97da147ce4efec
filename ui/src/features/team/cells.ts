// The cell texts of a row, computed together so that a changed row causes a single update.

import type { TeamRow } from "../../host/types";
import * as m from "../../paraglide/messages";
import { dateOnly } from "../../text/dates";
import { roleName, teamRoleName } from "../../text/words";

/** The texts of a row in the current interface language. */
interface CellTexts {
  select: string;
  teamRole: string;
  userRole: string;
  sso: string;
  tags: string;
  /** The found parts of `tags`. */
  tagMarks: [number, number][];
  state: string;
  since: string;
  /** `since` in ISO 8601; empty if there is no date. */
  sinceIso: string;
}

/** The id that determines the color of the initials. It is the same wherever the person is shown. */
export const avatarColorId = (row: TeamRow): string => row.userId ?? row.id;

const TAG_SEPARATOR = ", ";

/** The found parts of the joined tags. */
function joinedTagMarks({ tags, tagMarks }: TeamRow): [number, number][] {
  let offset = 0;
  return tags.flatMap((tag, index) => {
    const start = offset;
    offset += tag.length + TAG_SEPARATOR.length;
    return (tagMarks[index] ?? []).map(([from, to]): [number, number] => [start + from, start + to]);
  });
}

/** The texts of a row. */
export const cellTexts = (row: TeamRow, locale: string): CellTexts => ({
  select: m.team_select({ name: row.name }),
  teamRole: teamRoleName(row.teamRole),
  userRole: row.userRole === null ? "" : roleName(row.userRole),
  sso: row.sso === null ? "" : row.sso ? m.yes() : m.no(),
  tags: row.tags.join(TAG_SEPARATOR),
  tagMarks: joinedTagMarks(row),
  state: row.pending ? m.team_invitation() : m.team_member(),
  since: row.since === null ? "" : dateOnly(row.since, locale),
  sinceIso: row.since === null ? "" : new Date(row.since).toISOString(),
});
