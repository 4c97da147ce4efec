// The read-only details of a person in the team. Unknown values are left out.

import type { PersonView } from "../../../host/types";
import * as m from "../../../messages";
import type { Fact } from "../../../text/fact";

/** The facts shown in the person panel. */
export function personFacts({ row, updatedAt }: PersonView): Fact[] {
  const moment = (name: string, at: number | null, as: "ago" | "date"): Fact[] => (at === null ? [] : [{ name, at, as }]);
  return [
    ...moment(row.pending ? m.person_invited_since() : m.member_since(), row.since, "date"),
    ...moment(m.last_change(), updatedAt, "ago"),
    ...(row.sso === null ? [] : [{ name: m.sso(), value: row.sso ? m.yes() : m.no() }]),
    { name: m.person_id(), value: row.id, long: true },
  ];
}
