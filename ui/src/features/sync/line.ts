// The sentence at the foot of the side bar.

import { errorAction } from "../../errors/table";
import type { SyncState, SyncView } from "../../host/types";
import * as m from "../../paraglide/messages";

/** The colour of the dot: all is well, it will pass, the person is needed, something is under way. */
export type Tone = "good" | "waiting" | "bad" | "busy";

/** What the button beside the sentence does, where there is one. */
export type LineAction = "refresh" | "tryAgain" | "signIn" | "none";

/** The line in parts: the age changes by itself and is not announced each time. */
export interface SyncLine {
  tone: Tone;
  text: string;
  /** Whether "Shown as of" follows. */
  showsAge: boolean;
  action: LineAction;
}

const LINES: Record<SyncState, (sync: SyncView) => SyncLine> = {
  fresh: () => ({ tone: "good", text: m.sync_fresh(), showsAge: false, action: "refresh" }),
  stale: (sync) => ({
    tone: "waiting",
    text: sync.error ? m.sync_stale_failed() : sync.asOf === null ? m.sync_stale() : "",
    showsAge: true,
    action: sync.error ? "tryAgain" : "refresh",
  }),
  refreshing: () => ({ tone: "busy", text: m.sync_refreshing(), showsAge: false, action: "none" }),
  waitingForNetwork: (sync) => ({
    tone: "waiting",
    text: m.sync_waitingForNetwork(),
    showsAge: sync.unsent === 0,
    action: "tryAgain",
  }),
  sending: () => ({ tone: "busy", text: m.sync_sending(), showsAge: false, action: "none" }),
  conflict: (sync) => ({
    tone: "bad",
    text: m.sync_conflict({ count: Math.max(sync.unsent, 1) }),
    showsAge: false,
    action: "none",
  }),
  refused: () => ({ tone: "bad", text: m.sync_refused(), showsAge: false, action: "none" }),
  signedOut: () => ({ tone: "waiting", text: m.sync_signedOut(), showsAge: true, action: "signIn" }),
  storageFailed: () => ({ tone: "bad", text: m.sync_storageFailed(), showsAge: false, action: "none" }),
};

/** States whose sentence says already what happens to the changes. */
const SAYS_ALL: readonly SyncState[] = ["sending", "conflict", "refused"];

/** The parts as one line; the age is a part too, and stands apart only because it is not announced. */
export function joined(...parts: string[]): string {
  return parts.filter(Boolean).reduce((line, part) => line + (line.endsWith("…") ? " " : line ? ". " : "") + part, "");
}

/** The line for a state; `conflicts` is the number of edits that need a decision. */
export function syncLine(sync: SyncView, conflicts: number): SyncLine {
  const line = LINES[sync.state](sync.state === "conflict" ? { ...sync, unsent: conflicts } : sync);
  const parts = [line.text];
  if (sync.unsent > 0 && !SAYS_ALL.includes(sync.state)) parts.push(m.sync_unsent({ count: sync.unsent }));
  const signIn = sync.error !== null && errorAction(sync.error) === "signIn";
  return { ...line, text: joined(...parts), action: signIn ? "signIn" : line.action };
}
