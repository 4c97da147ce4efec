// The texts of the save bar.

import * as m from "../../messages";
import { clausesOf } from "../../text/lists";

/** The number of unsaved changes, or that they are being saved, and below it what else waits for the user. */
export function saveLine(isSlow: boolean, unsaved: number, waiting: { conflicts: number; refused: number }): { main: string; detail: string } {
  const parts = [
    waiting.conflicts > 0 ? m.waiting_conflicts({ count: waiting.conflicts }) : "",
    waiting.refused > 0 ? m.waiting_refused({ count: waiting.refused }) : "",
  ].filter(Boolean);
  if (isSlow) return { main: m.status_saving(), detail: clausesOf(parts) };
  if (unsaved > 0) return { main: m.changes_unsaved({ count: unsaved }), detail: clausesOf(parts) };
  return { main: parts[0] ?? "", detail: clausesOf(parts.slice(1)) };
}
