// The save status that the form shows.

import { isNotRefusedByServer } from "../errors/table";
import type { EditView, SyncView } from "../host/types";

/** The status of the saved changes. */
export type SaveStatus = "none" | "saving" | "saved" | "notSent" | "refused" | "needsPerson" | "conflict";

/** The sync states in which a waiting edit is sent soon. */
const SENDING_SOON: readonly SyncView["state"][] = ["fresh", "refreshing", "sending"];

/** Whether the user has to act before an edit can be sent, although the server has not refused it. */
export const needsUserAction = ({ state, reason }: EditView): boolean =>
  reason !== null && (state === "waiting" || isNotRefusedByServer(reason));

/**
 * The status to show. `busy`: a save is in progress. `saved`: a save has succeeded and nothing was typed since. A
 * state that needs the user comes before one that only needs time.
 */
export function saveStatus(edits: readonly EditView[], sync: SyncView, busy: boolean, saved: boolean): SaveStatus {
  if (busy) return "saving";
  const states = new Set(edits.map((edit) => edit.state));
  if (states.has("conflict")) return "conflict";
  if (edits.some((edit) => edit.state === "refused" && !needsUserAction(edit))) return "refused";
  if (edits.some(needsUserAction)) return "needsPerson";
  if (states.has("sending")) return "saving";
  if (states.has("waiting")) return SENDING_SOON.includes(sync.state) && !sync.error ? "saving" : "notSent";
  return saved ? "saved" : "none";
}
