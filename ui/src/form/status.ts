// The word beside the form: where what was saved is on its way.

import { isUnrefused } from "../errors/table";
import type { EditView, SyncView } from "../host/types";

/** What the form says about saving. */
export type SaveStatus = "none" | "saving" | "saved" | "notSent" | "refused" | "needsPerson" | "conflict";

const ON_THE_WAY: readonly SyncView["state"][] = ["fresh", "refreshing", "sending"];

/** Whether something of the person's is needed before an edit can be sent: no server has refused it. */
export const needsPerson = ({ state, reason }: EditView): boolean =>
  reason !== null && (state === "waiting" || isUnrefused(reason));

/**
 * The status by what is known: `busy` while a command runs, `saved` once one has succeeded and nothing was typed since.
 * What needs the person comes before what only needs time.
 */
export function saveStatus(edits: readonly EditView[], sync: SyncView, busy: boolean, saved: boolean): SaveStatus {
  if (busy) return "saving";
  const states = new Set(edits.map((edit) => edit.state));
  if (states.has("conflict")) return "conflict";
  if (edits.some((edit) => edit.state === "refused" && !needsPerson(edit))) return "refused";
  if (edits.some(needsPerson)) return "needsPerson";
  if (states.has("sending")) return "saving";
  if (states.has("waiting")) return ON_THE_WAY.includes(sync.state) && !sync.error ? "saving" : "notSent";
  return saved ? "saved" : "none";
}
