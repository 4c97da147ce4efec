// Events and command responses can arrive out of order, so an older snapshot must not replace a newer one.

import type { Snapshot } from "../host/types";

/** The snapshot with the higher revision; `arriving` if both have the same. */
export function newerSnapshot(shown: Snapshot, arriving: Snapshot): Snapshot {
  return arriving.revision < shown.revision ? shown : arriving;
}
