// The sync status in a few words, for the account button. The account popover has all of it (line.ts).

import { isOffline } from "../../errors/connectivity";
import type { Snapshot, SyncView } from "../../host/types";
import * as m from "../../messages";
import type { Tone } from "./line";

function stateText({ state, error }: SyncView, conflicts: number): string {
  switch (state) {
    case "fresh":
      return m.sync_fresh();
    case "refreshing":
      return m.sync_refreshing();
    case "sending":
      return m.sync_sending();
    case "conflict":
      return m.foot_conflict({ count: Math.max(conflicts, 1) });
    case "refused":
      return m.foot_refused();
    case "storageFailed":
      return m.sync_storageFailed();
    case "signedOut":
      return m.foot_signedOut();
    case "stale":
    case "waitingForNetwork":
      if (error) return isOffline(error) ? m.foot_offline() : m.foot_failed();
      return state === "stale" ? m.sync_stale() : m.foot_offline();
  }
}

/** What to say in place of "Up to date" because the team is not; null if it is, or if the profile is not either. */
export function teamLine({ sync, team }: Pick<Snapshot, "sync" | "team">): { text: string; tone: Tone } | null {
  if (sync.state !== "fresh" || team === null) return null;
  if (team.refreshing) return team.partial ? { text: m.team_reading(), tone: "busy" } : null;
  return team.error || team.partial ? { text: m.foot_team_failed(), tone: "waiting" } : null;
}

/** The status in one short line; `conflicts` is the number of edits that need a decision. */
export function footText(snapshot: Pick<Snapshot, "sync" | "team">, conflicts: number): string {
  const { sync } = snapshot;
  const { state, unsent } = sync;
  const behind = teamLine(snapshot);
  const text = behind?.text ?? stateText(sync, conflicts);
  const isEnough = state === "refreshing" || state === "sending" || state === "conflict" || state === "refused";
  if (unsent === 0 || isEnough) return text;
  return state === "fresh" && !behind ? m.foot_waiting({ count: unsent }) : m.foot_with_waiting({ state: text, count: unsent });
}
