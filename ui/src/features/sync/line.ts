// The sync status: texts, color and button. The account popover shows all of it, the account button only its color.

import { errorAction } from "../../errors/table";
import { isOffline, connectivityText } from "../../errors/connectivity";
import type { EditView, SyncView } from "../../host/types";
import * as m from "../../messages";

/**
 * The color of the dot. `waiting`: a temporary problem. `bad`: the user has to act. `busy`: a request is in progress.
 */
export type Tone = "good" | "waiting" | "bad" | "busy";

/** What the button does. `none`: a note on the page already has the button. */
type LineAction = "refresh" | "tryAgain" | "signIn" | "none";

/** The sync status to show. */
interface SyncLine {
  tone: Tone;
  /** The texts, one per line. */
  parts: string[];
  /** Whether the details of the error are shown. They stay during a retry, because the user may be reading them. */
  showsDetails: boolean;
  /** When the next automatic retry starts; null if unknown. It is a separate text, because it must not be announced. */
  nextTry: number | null;
  /** Whether "Shown as of" is added. */
  showsAge: boolean;
  action: LineAction;
}

const TONES: Record<SyncView["state"], Tone> = {
  fresh: "good",
  stale: "waiting",
  refreshing: "busy",
  waitingForNetwork: "waiting",
  sending: "busy",
  conflict: "bad",
  refused: "bad",
  signedOut: "waiting",
  storageFailed: "bad",
};

/** The text of the state; empty if the text of the error or the age is enough. */
function stateText({ state, asOf, unsent, error }: SyncView, conflicts: number): string {
  switch (state) {
    case "fresh":
      return m.sync_fresh();
    case "refreshing":
      return m.sync_refreshing();
    case "sending":
      return m.sync_sending();
    case "conflict":
      return m.sync_conflict({ count: Math.max(conflicts, 1) });
    case "refused":
      return m.sync_refused();
    case "storageFailed":
      return m.sync_storageFailed();
    case "signedOut":
      return "";
    case "stale":
    case "waitingForNetwork":
      if (error) return unsent > 0 || isOffline(error) ? "" : m.sync_failed();
      return state === "stale" && asOf === null ? m.sync_stale() : "";
  }
}

function actionFor({ state, error }: SyncView): LineAction {
  // The strip above the page has the buttons (app/notices.ts).
  if (state === "signedOut") return "none";
  if (!error) return state === "waitingForNetwork" ? "tryAgain" : "refresh";
  return errorAction(error) === "signIn" ? "signIn" : "tryAgain";
}

/** Whether to say that the sync is retried automatically. Not if the user has to act anyway. */
function showsAutomaticRetry({ state, error, triesAgain }: SyncView): boolean {
  return triesAgain && error?.code !== "personGone" && (state === "stale" || state === "waitingForNetwork");
}

/** The number of edits that need a decision: conflicts and refused edits. */
export const decisionCount = (edits: readonly EditView[]): number =>
  edits.filter(({ state }) => state === "conflict" || state === "refused").length;

/** The lines for a state; `conflicts` is the number of edits that need a decision. */
export function syncLine(sync: SyncView, conflicts: number): SyncLine {
  const busy = TONES[sync.state] === "busy";
  const stateImpliesUnsent = sync.state === "sending" || sync.state === "conflict" || sync.state === "refused";
  const retries = showsAutomaticRetry(sync);
  const parts = [
    stateText(sync, conflicts),
    // Do not show the last error during a retry, which may succeed.
    busy ? "" : connectivityText(sync),
    sync.unsent > 0 && !stateImpliesUnsent ? m.sync_unsent({ count: sync.unsent }) : "",
    retries && sync.nextTry === null ? m.sync_by_itself() : "",
  ];
  return {
    tone: TONES[sync.state],
    parts: parts.filter(Boolean),
    showsDetails: sync.error !== null && connectivityText(sync) !== "" && sync.state !== "signedOut",
    nextTry: retries ? sync.nextTry : null,
    showsAge: sync.state !== "fresh" && sync.asOf !== null,
    action: actionFor(sync),
  };
}
