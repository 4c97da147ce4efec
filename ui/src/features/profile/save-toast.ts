// The toast about the outcome of a save.

import { connectivityText, isOffline } from "../../errors/connectivity";
import type { SaveStatus } from "../../form/status";
import * as m from "../../messages";
import { app } from "../../state/app.svelte";
import type { TimedToast } from "../../state/toast.svelte";
import { sentencesOf } from "../../text/lists";

/** Says that a change waits on this computer, and why if the connection is not the reason. */
function storedText(): string {
  const { sync } = app.snapshot;
  if (sync.state === "signedOut") return m.status_stored_signed_out();
  const reason = sync.error && !isOffline(sync.error) ? connectivityText(sync) : "";
  return sentencesOf(m.status_stored(), reason);
}

/** What to show when the outcome of the last save becomes `outcome`; null for nothing. `show` leads to the field. */
export function saveToast(outcome: SaveStatus, show: () => void): Parameters<TimedToast["show"]>[0] | null {
  const needsUser = (text: () => string) => ({ text, bad: true, action: { text: m.show_unsent, run: show } });
  switch (outcome) {
    case "none":
    case "saving":
      return null;
    case "saved":
      return { text: m.status_saved };
    case "notSent":
      return { text: storedText };
    case "refused":
      return needsUser(m.status_refused);
    case "needsPerson":
      return needsUser(m.status_needs_person);
    case "conflict":
      return needsUser(m.status_conflict);
  }
}
