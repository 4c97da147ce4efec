// Asks the shell for each new snapshot. They do not arrive as events: a web view keeps the script of each event for a while,
// so that its memory would grow with each change of the state.

import { nextSnapshot } from "./commands";
import { noteRevision, startRevisions } from "./revisions";
import type { Snapshot } from "./types";

/** Calls `handler` with the present snapshot and with each later one, in order. Ends only with an AppError, when one cannot be had. */
export async function followSnapshots(handler: (snapshot: Snapshot) => void): Promise<never> {
  let after: number | null = null;
  for (;;) {
    const snapshot: Snapshot = await nextSnapshot(after);
    startRevisions();
    after = snapshot.revision;
    handler(snapshot);
    noteRevision(after);
  }
}
