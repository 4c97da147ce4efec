// The lines at the foot of the side bar.

import { errorAction } from "../../errors/table";
import { isOffline, troubleText } from "../../errors/trouble";
import type { SyncView } from "../../host/types";
import * as m from "../../paraglide/messages";

/** The colour of the dot: all is well, it will pass, the person is needed, something is under way. */
export type Tone = "good" | "waiting" | "bad" | "busy";

/** What the button beside the lines does, also while something is under way; none where another place on the page has it. */
export type LineAction = "refresh" | "tryAgain" | "signIn" | "none";

/** What is said. */
export interface SyncLine {
  tone: Tone;
  /** One thing each. */
  parts: string[];
  /** Whether the details of a failure belong there. They stay while it is tried again: somebody may be reading them. */
  tellsDetails: boolean;
  /** When the next try comes, where that is known: it follows, and is no news to announce. */
  nextTry: number | null;
  /** Whether "Shown as of" follows. */
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

/** What the state itself says; nothing where its reason or its age says it all. */
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

function action({ state, error }: SyncView): LineAction {
  // Without a session a note on the page has the ways on.
  if (state === "signedOut") return "none";
  if (!error) return state === "waitingForNetwork" ? "tryAgain" : "refresh";
  return errorAction(error) === "signIn" ? "signIn" : "tryAgain";
}

/** Whether what has failed is tried again without a click, which is worth a word where nothing else needs the person. */
function comesByItself({ state, error, triesAgain }: SyncView): boolean {
  return triesAgain && error?.code !== "personGone" && (state === "stale" || state === "waitingForNetwork");
}

/** The lines for a state; `conflicts` is the number of edits that need a decision. */
export function syncLine(sync: SyncView, conflicts: number): SyncLine {
  const busy = TONES[sync.state] === "busy";
  const saysUnsent = sync.state === "sending" || sync.state === "conflict" || sync.state === "refused";
  const byItself = comesByItself(sync);
  const parts = [
    stateText(sync, conflicts),
    // What failed last is being tried again.
    busy ? "" : troubleText(sync),
    sync.unsent > 0 && !saysUnsent ? m.sync_unsent({ count: sync.unsent }) : "",
    byItself && sync.nextTry === null ? m.sync_by_itself() : "",
  ];
  return {
    tone: TONES[sync.state],
    parts: parts.filter(Boolean),
    tellsDetails: sync.error !== null && troubleText(sync) !== "" && sync.state !== "signedOut",
    nextTry: byItself ? sync.nextTry : null,
    showsAge: sync.state !== "fresh" && sync.asOf !== null,
    action: action(sync),
  };
}
