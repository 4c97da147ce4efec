// Texts of the batch dialog (many changes of roles or tags at once). Pure except for the interface language.

import type { BatchRow, BatchRowState, BatchView, ChangeKind, LeftOutReason, RoleKind, Snapshot } from "../../../host/types";
import * as m from "../../../messages";
import { clausesOf, sentencesOf } from "../../../text/lists";
import { changeFailureText, isKnownRole, leftOutText, roleName, ROW_STATE_TEXTS } from "./role-texts";
import { tagList, tagsChangeText } from "./tag-texts";

/** Which rows are shown: all, or those in one state. */
export type RowFilter = BatchRowState | "all";

const ROW_FILTERS: readonly RowFilter[] = ["all", "planned", "leftOut", "failed", "unknown", "done", "cancelled"];

/** Whether changes are being made, or the batch waits before it continues. */
export const isRunning = ({ state }: BatchView): boolean => state === "running" || state === "waiting";

/** Whether a batch is running. Then no other one can be planned. */
export const isAnyRunning = ({ batch }: Snapshot): boolean => batch !== null && isRunning(batch);

/** The dialog's title. */
export function titleText({ kind, undoes, fromFile }: BatchView): string {
  if (kind === "tags") return undoes ? m.batch_title_undo_tags() : m.batch_title_tags();
  if (undoes) return m.batch_title_undo();
  return fromFile ? m.batch_title_import() : m.batch_title();
}

/** Which role everybody gets, or what happens to their tags. */
export function targetText({ kind, role, tags, undoes }: BatchView): string {
  if (kind === "tags") return tags && !undoes ? tagsChangeText(tags) : m.batch_tags_back();
  if (undoes) return kind === "team" ? m.batch_team_back() : m.batch_user_back();
  if (role === null) return m.batch_team_each();
  const inputs = { role: roleName(kind, role) };
  return kind === "team" ? m.batch_team_to(inputs) : m.batch_user_to(inputs);
}

const leftOutCount = ({ total, changes }: BatchView): number => total - changes;

/** Sentences that name what changes. */
const ROLE_SENTENCES = { running: m.batch_running, will: m.batch_will_change, none: m.batch_none_change, run: m.batch_run };
const TAG_SENTENCES = { running: m.batch_running_tags, will: m.batch_will_change_tags, none: m.batch_none_change_tags, run: m.batch_run_tags };

const sentences = ({ kind }: BatchView): typeof ROLE_SENTENCES => (kind === "tags" ? TAG_SENTENCES : ROLE_SENTENCES);

const ifAny = (message: (inputs: { count: number }) => string, count: number): string[] => (count > 0 ? [message({ count })] : []);

/** A summary for the batch's state: the planned changes, that they are being made, or how many succeeded and failed. */
export function summaryText(batch: BatchView): string {
  const { state, changes, done, failed, unknown, cancelled } = batch;
  if (state === "waiting") return m.batch_waiting();
  if (state === "running") return sentences(batch).running();
  if (state === "planned") {
    const planned = changes > 0 ? ifAny(sentences(batch).will, changes) : [sentences(batch).none()];
    const summary = clausesOf([...planned, ...ifAny(m.batch_left_out, leftOutCount(batch))]);
    return batch.fromFile ? m.batch_file_lines({ count: batch.total, summary }) : summary;
  }
  const results = [...ifAny(m.batch_done, done), ...ifAny(m.batch_failed, failed), ...ifAny(m.batch_unknown, unknown), ...ifAny(m.batch_cancelled, cancelled)];
  return clausesOf([...(results.length > 0 ? results : [m.batch_nothing_done()]), ...ifAny(m.batch_left_out, leftOutCount(batch))]);
}

/** Why rows are left out, with counts; the most frequent reason first. */
export const leftOutReasonTexts = (batch: BatchView, locale: string): string[] =>
  batch.leftOut
    .filter(({ count }) => count > 0)
    .sort((a, b) => b.count - a.count)
    .map(({ reason, count }) =>
      m.batch_reason({ reason: leftOutText(batch.kind, reason), number: new Intl.NumberFormat(locale).format(count) }),
    );

/** A warning that the planned batch takes the admin role from some people; empty if it does not. */
export const adminLossText = ({ state, admins }: BatchView): string =>
  state === "planned" && admins > 0 ? m.batch_admins({ count: admins }) : "";

/** A warning that the planned batch makes some people admins; empty if it does not, or if everybody gets that role. */
export const newAdminsText = ({ state, role, newAdmins }: BatchView): string =>
  state === "planned" && role === null && newAdmins > 0 ? m.batch_new_admins({ count: newAdmins }) : "";

/** Number of rows in a state; null if unknown, because some are in flight. */
function rowCount(filter: RowFilter, batch: BatchView): number | null {
  const { total, changes, done, failed, unknown, cancelled, state } = batch;
  if (filter === "all") return total;
  if (filter === "leftOut") return leftOutCount(batch);
  if (filter === "done") return done;
  if (filter === "failed") return failed;
  if (filter === "unknown") return unknown;
  if (filter === "cancelled") return cancelled;
  return isRunning(batch) ? null : state === "planned" ? changes : changes - done - failed - unknown - cancelled;
}

/** Options of the row filter. */
export function rowFilterOptions(batch: BatchView, locale: string): { value: RowFilter; text: string }[] {
  return ROW_FILTERS.filter((filter) => (filter !== "cancelled" || batch.cancelled > 0) && (filter !== "unknown" || batch.unknown > 0)).map((filter) => {
    const what = filter === "all" ? m.batch_show_all() : ROW_STATE_TEXTS[filter]();
    const count = rowCount(filter, batch);
    return { value: filter, text: count === null ? what : m.batch_show_count({ what, number: new Intl.NumberFormat(locale).format(count) }) };
  });
}

/** Mistakes in a line of the file. `to` may then be no role, and `from` is empty if the line belongs to no person. */
const MISTAKES: readonly (LeftOutReason | null)[] = ["unknownRole", "incomplete", "unclearQuotes", "unknownEmail", "ambiguousEmail", "twice"];

/** A role in a line of the file. Quotation marks show that the text is no role that Lapel knows. */
const fileRoleText = (kind: RoleKind, role: string): string => (isKnownRole(kind, role) ? roleName(kind, role) : m.quoted({ text: role }));

/** The old and the new role of a row, or what happens to its tags. Of a line with a mistake, only the roles that it has. */
export function changeText(kind: ChangeKind, { from, to, leftOut: reason }: BatchRow): string {
  if (kind === "tags") return tagsChangeText({ add: tagList(to), remove: tagList(from) });
  if (reason === "noChange") return roleName(kind, to);
  if (!MISTAKES.includes(reason)) return m.batch_from_to({ from: roleName(kind, from), to: roleName(kind, to) });
  if (to === "") return from === "" ? "" : roleName(kind, from);
  const newRole = fileRoleText(kind, to);
  return from === "" ? newRole : m.batch_from_to({ from: roleName(kind, from), to: newRole });
}

/** The state of a row, or why it failed or is left out. */
export function outcomeText(kind: ChangeKind, { state, leftOut: reason, error }: BatchRow): string {
  if (state === "leftOut" && reason) return leftOutText(kind, reason);
  if (state === "failed" && error) return changeFailureText(kind, error);
  return ROW_STATE_TEXTS[state]();
}

/** The CSS class for a row's outcome. A line with a mistake stands out, because the user can correct it. */
export function outcomeClass({ state, leftOut: reason }: BatchRow): "good" | "bad" | "warn" | "dim" {
  if (state === "done") return "good";
  if (state === "leftOut" && MISTAKES.includes(reason)) return "warn";
  return state === "failed" ? "bad" : "dim";
}

/** How long a waiting batch still waits. `until` and `now` are timestamps in milliseconds. */
export function waitText(until: number | null, now: number): string {
  const seconds = Math.ceil(((until ?? now) - now) / 1000);
  return seconds > 0 ? m.batch_goes_on({ count: seconds }) : m.batch_goes_on_now();
}

/** The confirmation before a batch makes people admins, or takes this role from several people. */
export function confirmationText({ kind, confirmation, admins, newAdmins }: BatchView): { title: string; text: string } {
  if (confirmation === "takesAdmin") {
    return {
      title: m.batch_take_title({ count: admins }),
      text: kind === "team" ? m.batch_take_text() : m.batch_take_user_text(),
    };
  }
  return {
    title: m.batch_run_title({ count: newAdmins }),
    text: kind === "team" ? m.make_admin_team_text() : m.make_admin_user_text(),
  };
}

/** The button that starts a planned batch. It counts all changes, also if the question before it is about some of them. */
export const runText = (batch: BatchView): string =>
  (batch.undoes ? m.batch_run_undo : sentences(batch).run)({ count: batch.changes });

/** The button that continues a batch: with the changes that were not tried, or again with those that failed. */
export const retryText = ({ cancelled, canRetry }: BatchView): string =>
  cancelled > 0 ? m.batch_retry_rest({ count: canRetry }) : m.batch_retry();

/** A string that changes whenever the rows of the batch may have changed. */
export const rowsFingerprint = (batch: BatchView): string =>
  [batch.state, batch.changes, batch.total, batch.done, batch.failed, batch.unknown, batch.cancelled, batch.undoes, batch.interrupted].join(" ");

const MINUTE = 60;
const HOUR = 60 * MINUTE;

/** The remaining time of a running batch; empty if it cannot be estimated yet. */
export function remainingText({ remaining }: BatchView): string {
  if (remaining === null) return "";
  if (remaining < MINUTE) return m.batch_left_seconds();
  if (remaining < 2 * HOUR) return m.batch_left_minutes({ count: Math.round(remaining / MINUTE) });
  return m.batch_left_hours({ count: Math.round(remaining / HOUR) });
}

const finishedCount = ({ done, failed, unknown }: BatchView): number => done + failed + unknown;

/** How far a running batch is, its speed and its remaining time. */
export function progressText(batch: BatchView): string {
  const parts = [m.batch_progress_text({ done: finishedCount(batch), all: batch.changes })];
  if (batch.perMinute !== null) parts.push(m.batch_rate({ count: batch.perMinute }));
  return [...parts, remainingText(batch)].filter(Boolean).join(" · ");
}

/** The share of a batch that has finished, as the values of a progress bar. */
export const progressValues = (batch: BatchView): { value: number; max: number } => ({
  value: finishedCount(batch), max: Math.max(batch.changes, 1),
});

/** Whether a further run may improve the result of a batch. */
export const isIncomplete = ({ canRetry, unknown }: BatchView): boolean => canRetry + unknown > 0;

const TAG_FOOT_TITLES = {
  change: { running: m.batch_foot_tags_running, interrupted: m.batch_foot_tags_interrupted, stopped: m.batch_foot_tags_stopped, done: m.batch_foot_tags_done },
  undo: { running: m.batch_foot_tags_undoing, interrupted: m.batch_foot_tags_undo_interrupted, stopped: m.batch_foot_tags_undo_stopped, done: m.batch_foot_tags_undone },
};

const FOOT_TITLES = {
  change: { running: m.batch_foot_running, interrupted: m.batch_foot_interrupted, stopped: m.batch_foot_stopped, done: m.batch_foot_done },
  undo: { running: m.batch_foot_undoing, interrupted: m.batch_foot_undo_interrupted, stopped: m.batch_foot_undo_stopped, done: m.batch_foot_undone },
};

/** The batch in one line, for the foot of the page. `now` is in milliseconds since 1970. */
export function footText(batch: BatchView, now: number): string {
  const organization = batch.organizationName;
  const titles = (batch.kind === "tags" ? TAG_FOOT_TITLES : FOOT_TITLES)[batch.undoes ? "undo" : "change"];
  if (batch.state === "waiting") return sentencesOf(m.batch_waiting(), waitText(batch.waitsUntil, now));
  if (isRunning(batch)) return m.labelled({ label: titles.running({ organization }), text: progressText(batch) });
  const title = batch.interrupted ? titles.interrupted : isIncomplete(batch) ? titles.stopped : titles.done;
  return m.labelled({ label: title({ organization }), text: summaryText(batch) });
}
