// Which of two snapshots counts: events and answers may overtake each other.

import type { Snapshot } from "../host/types";

/** The later one; the arriving one where both are the same revision. */
export function latest(shown: Snapshot, arriving: Snapshot): Snapshot {
  return arriving.revision < shown.revision ? shown : arriving;
}
