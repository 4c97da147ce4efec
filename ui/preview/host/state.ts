// The state of the made-up shell: the current snapshot, and who waits for the next one.

import type { BatchView, Snapshot, TeamView } from "../../src/host/types";
import { scene } from "./scenes";

let current = scene.snapshot;
let notify = (): void => {};

/** The current snapshot. */
export const state = (): Snapshot => current;

/** Waits for a snapshot after this revision; null: returns the present one. */
export async function nextSnapshot(after: number | null): Promise<Snapshot> {
  while (after !== null && current.revision <= after) await new Promise<void>((done) => (notify = done));
  return current;
}

/** Changes the snapshot and sends it to the page. */
export function publish(change: Partial<Snapshot>): void {
  current = { ...current, ...change, revision: current.revision + 1 };
  notify();
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
