// The save status of a form as text.

import { connectivityText } from "../../errors/connectivity";
import type { SaveStatus } from "../../form/status";
import type { SyncView } from "../../host/types";
import * as m from "../../paraglide/messages";

const TEXTS: Record<SaveStatus, () => string> = {
  none: () => "",
  saving: m.status_saving,
  saved: m.status_saved,
  notSent: m.status_not_sent,
  refused: m.status_refused,
  needsPerson: m.status_needs_person,
  conflict: m.status_conflict,
};

/** Whether the card of unsent edits above the form shows the reason for the status and what to do. */
export const isAboutUnsent = (status: SaveStatus): boolean =>
  status === "refused" || status === "needsPerson" || status === "conflict";

/**
 * The texts to show, one per line. "Not sent yet" comes with its reason; the button to try again is only in the side
 * bar. `unsaved` is the number of unsaved changes.
 */
export function saveLine(status: SaveStatus, sync: SyncView, unsaved: number): string[] {
  return [
    TEXTS[status](),
    status === "notSent" ? connectivityText(sync) : "",
    unsaved > 0 ? m.changes_unsaved({ count: unsaved }) : "",
  ].filter(Boolean);
}
