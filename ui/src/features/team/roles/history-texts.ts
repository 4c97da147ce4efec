// Texts of the rows of the role history. Pure except for the interface language.

import type { HistoryRow } from "../../../host/types";
import * as m from "../../../paraglide/messages";
import { OUTCOME_TEXTS, roleName } from "./role-texts";

const countOf = ({ counts: { made, failed, unknown } }: HistoryRow): number => made + failed + unknown;

/** Whose role was changed: a person with their email address, or the number of people of a batch. Old rows have both in the name. */
export function whomText(row: HistoryRow): string {
  const { name, email } = row;
  if (countOf(row) > 1) return m.history_batch({ count: countOf(row) });
  return email && email !== name ? m.history_person({ name, email }) : name;
}

/** The old and the new role. In a batch, people may have different ones. */
export function historyChangeText({ kind, from, to }: HistoryRow): string {
  if (to === "") return m.history_roles_each();
  return from === "" ? `→ ${roleName(kind, to)}` : m.batch_from_to({ from: roleName(kind, from), to: roleName(kind, to) });
}

/** The outcome; of a batch, the number of people with each outcome. */
export function historyOutcomeText(row: HistoryRow): string {
  if (countOf(row) === 1) return OUTCOME_TEXTS[row.outcome]();
  const { made, failed, unknown } = row.counts;
  const parts = [
    made > 0 ? m.batch_done({ count: made }) : "",
    failed > 0 ? m.batch_failed({ count: failed }) : "",
    unknown > 0 ? m.batch_unknown({ count: unknown }) : "",
  ];
  return parts.filter(Boolean).join(", ");
}
