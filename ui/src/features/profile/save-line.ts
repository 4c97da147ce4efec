// What the form says about saving.

import { troubleText } from "../../errors/trouble";
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

/** Whether what the status is about stands in the card above the form, with the reason and what helps. */
export const isAboutUnsent = (status: SaveStatus): boolean =>
  status === "refused" || status === "needsPerson" || status === "conflict";

/**
 * One thing each. What was not sent comes with the reason; what helps against that is offered where the connection is told
 * of, once. `unsaved` is the number of changes that are not saved.
 */
export function saveLine(status: SaveStatus, sync: SyncView, unsaved: number): string[] {
  return [
    TEXTS[status](),
    status === "notSent" ? troubleText(sync) : "",
    unsaved > 0 ? m.changes_unsaved({ count: unsaved }) : "",
  ].filter(Boolean);
}
