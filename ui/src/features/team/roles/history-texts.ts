// Texts of the rows of the history. Pure except for the interface language.

import type { HistoryRow } from "../../../host/types";
import * as m from "../../../messages";
import { OUTCOME_TEXTS, roleName, ROW_STATE_TEXTS } from "./role-texts";
import { tagList, tagsChangeText } from "./tag-texts";
import { clausesOf } from "../../../text/lists";

const countOf = ({ counts: { made, failed, unknown, notTried } }: HistoryRow): number => made + failed + unknown + notTried;

/** Who was changed: a person with their email address, or the number of people of a batch. Old rows have both in the name. */
export function whomText(row: HistoryRow): string {
  const { name, email } = row;
  if (countOf(row) > 1) return m.history_batch({ count: countOf(row) });
  return email && email !== name ? m.history_person({ name, email }) : name;
}

/** The old and the new role, or what was done to the tags. In a batch, it may differ between people. */
export function historyChangeText({ kind, from, to }: HistoryRow): string {
  if (kind === "tags") {
    return from === null || to === null ? m.history_tags_each() : tagsChangeText({ add: tagList(to), remove: tagList(from) });
  }
  if (from === null && to === null) return m.history_roles_each();
  const text = (role: string | null) => (role === null ? m.history_roles_each() : roleName(kind, role));
  return m.batch_from_to({ from: text(from), to: text(to) });
}

/** The outcome; of a batch, that it is running, or the number of people with each outcome. */
export function historyOutcomeText(row: HistoryRow): string {
  // Counts would soon be out of date: the foot of the page has the present ones.
  if (row.running) return m.history_running();
  const { made, failed, unknown, notTried } = row.counts;
  if (countOf(row) === 1) return notTried === 1 ? ROW_STATE_TEXTS.cancelled() : OUTCOME_TEXTS[row.outcome]();
  const parts = [
    made > 0 ? m.batch_done({ count: made }) : "",
    failed > 0 ? m.batch_failed({ count: failed }) : "",
    unknown > 0 ? m.batch_unknown({ count: unknown }) : "",
    notTried > 0 ? m.batch_cancelled({ count: notTried }) : "",
  ];
  return clausesOf(parts.filter((part) => part !== ""));
}

/** The CSS class of the outcome; empty while a batch runs. */
export const historyOutcomeClass = ({ running, outcome }: HistoryRow): string => (running ? "" : outcome);
