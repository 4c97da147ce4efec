// The state of the made-up shell: the current snapshot, and the handler that gets each new one.

import type { BatchView, Snapshot, TeamView } from "../../src/host/types";
import { scene } from "./scenes";

let current = scene.snapshot;
let notify: (snapshot: Snapshot) => void = () => {};

/** The current snapshot. */
export const state = (): Snapshot => current;

/** Calls `handler` with each new snapshot. */
export function subscribe(handler: (snapshot: Snapshot) => void): void {
  notify = handler;
}

/** Changes the snapshot and sends it to the page. */
export function publish(change: Partial<Snapshot>): void {
  current = { ...current, ...change, revision: current.revision + 1 };
  notify(current);
}

/** Changes the team of the snapshot. */
export function publishTeam(change: Partial<TeamView>): void {
  if (current.team) publish({ team: { ...current.team, ...change } });
}

/** Changes the batch; null closes it. */
export function publishBatch(change: Partial<BatchView> | null): void {
  const { batch } = current;
  publish({ batch: batch && change && { ...batch, ...change } });
}

/** Takes about as long as a request. */
export const wait = (milliseconds = 300): Promise<void> => new Promise((done) => setTimeout(done, milliseconds));
