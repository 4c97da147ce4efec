// What the dialog of many changes says, by the state of the batch. Pure: no state, no shell.

import type { BatchRow, BatchRowState, BatchView, LeftOutReason, RoleKind } from "../../../host/types";
import * as m from "../../../paraglide/messages";
import { changeFailure, LEFT_OUT, nameOf, ROW_STATES } from "./words";

/** Which rows are shown: all, or those of one state. */
export type Filter = BatchRowState | "all";

const FILTERS: readonly Filter[] = ["all", "planned", "leftOut", "failed", "done", "cancelled"];

/** Whether changes are on their way. */
export const runs = ({ state }: BatchView): boolean => state === "running" || state === "waiting";

/** What kind of a batch it is. */
export function title({ undoes, fromFile }: BatchView): string {
  if (undoes) return m.batch_title_undo();
  return fromFile ? m.batch_title_import() : m.batch_title();
}

/** Which role everybody gets. */
export function aim({ kind, role, undoes }: BatchView): string {
  if (undoes) return kind === "team" ? m.batch_team_back() : m.batch_user_back();
  if (role === null) return m.batch_team_each();
  const words = { role: nameOf(kind, role) };
  return kind === "team" ? m.batch_team_to(words) : m.batch_user_to(words);
}

/** How many rows are left out. */
export const leftOut = ({ total, changes }: BatchView): number => total - changes;

const counted = (say: (inputs: { count: number }) => string, count: number): string[] => (count > 0 ? [say({ count })] : []);

/** Where the batch is, in numbers: what will change, or what has become of it. */
export function summary(batch: BatchView): string {
  const { state, changes, done, failed, cancelled } = batch;
  const rest = counted(m.batch_left_out, leftOut(batch));
  if (state === "planned") return [...(changes > 0 ? counted(m.batch_will_change, changes) : [m.batch_none_change()]), ...rest].join(", ");
  if (state === "waiting") return m.batch_waiting();
  if (state === "running") return m.batch_running();
  const became = [...counted(m.batch_done, done), ...counted(m.batch_failed, failed), ...counted(m.batch_cancelled, cancelled)];
  return became.length > 0 ? became.join(", ") : m.batch_nothing_done();
}

/** Why rows are left out, the most frequent reason first. */
export const reasons = (batch: BatchView, locale: string): string[] =>
  batch.leftOut
    .filter(({ count }) => count > 0)
    .sort((one, other) => other.count - one.count)
    .map(({ reason, count }) => m.batch_reason({ reason: LEFT_OUT[reason](), number: new Intl.NumberFormat(locale).format(count) }));

/** That admins lose it by the plan, where some do. */
export const admins = ({ state, admins }: BatchView): string => (state === "planned" && admins > 0 ? m.batch_admins({ count: admins }) : "");

/** How many rows a filter leaves; null where that is not known, as some are on their way. */
function countOf(filter: Filter, batch: BatchView): number | null {
  const { total, changes, done, failed, cancelled, state } = batch;
  if (filter === "all") return total;
  if (filter === "leftOut") return leftOut(batch);
  if (filter === "done") return done;
  if (filter === "failed") return failed;
  if (filter === "cancelled") return cancelled;
  return runs(batch) ? null : state === "planned" ? changes : changes - done - failed - cancelled;
}

/** The filters with what they leave. */
export function filters(batch: BatchView, locale: string): { value: Filter; text: string }[] {
  return FILTERS.filter((filter) => filter !== "cancelled" || batch.cancelled > 0).map((filter) => {
    const what = filter === "all" ? m.batch_show_all() : ROW_STATES[filter]();
    const count = countOf(filter, batch);
    return { value: filter, text: count === null ? what : m.batch_show_count({ what, number: new Intl.NumberFormat(locale).format(count) }) };
  });
}

/** Reasons for which the file's word for the role is none of the names. */
const UNREADABLE: readonly (LeftOutReason | null)[] = ["unknownRole", "incomplete", "unclearQuotes"];

/** Reasons for which there may be nobody with a present role. */
const NOBODY: readonly (LeftOutReason | null)[] = [...UNREADABLE, "unknownEmail", "ambiguousEmail", "twice"];

/** What changes of a row, in names of roles; a role that is none stands as it is written in the file. */
export function change(kind: RoleKind, { from, to, leftOut: reason }: BatchRow): string {
  if (reason === "noChange") return nameOf(kind, from);
  const wanted = UNREADABLE.includes(reason) ? to : nameOf(kind, to);
  return from === "" && NOBODY.includes(reason) ? wanted : m.batch_from_to({ from: nameOf(kind, from), to: wanted });
}

/** What became of a row, or why not. */
export function outcome(kind: RoleKind, { state, leftOut: reason, error }: BatchRow): string {
  if (state === "leftOut" && reason) return LEFT_OUT[reason]();
  if (state === "failed" && error) return changeFailure(kind, error);
  return ROW_STATES[state]();
}

/** How loud the result of a row is. */
export function tone({ state }: BatchRow): "good" | "bad" | "dim" {
  if (state === "done") return "good";
  return state === "failed" ? "bad" : "dim";
}

/** How long it still waits, in words. */
export function waits(until: number | null, now: number): string {
  const seconds = Math.ceil(((until ?? now) - now) / 1000);
  return seconds > 0 ? m.batch_goes_on({ count: seconds }) : m.batch_goes_on_now();
}

/** The second question before somebody becomes an admin. */
export function question({ role, changes, kind }: BatchView): { title: string; text: string } {
  return {
    title: role === null ? m.batch_run_title_some() : m.batch_run_title({ count: changes }),
    text: kind === "team" ? m.make_admin_team_text() : m.make_admin_user_text(),
  };
}

/** What changes about a batch when its rows do: its list is asked again with another one of these. */
export const stamp = (batch: BatchView): string =>
  [batch.state, batch.changes, batch.total, batch.done, batch.failed, batch.cancelled, batch.undoes].join(" ");
