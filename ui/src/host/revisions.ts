// Waits for snapshots. A command that changes the state returns a revision. The snapshot with the change arrives in the
// event `snapshot`, like every other snapshot.

/** The revision of the last snapshot from the event; null before the subscription, -1 before the first snapshot. */
let arrived: number | null = null;
let waiting: { revision: number; done: () => void }[] = [];

/**
 * Call it when the subscription to snapshots is active. Until then, `revisionArrived` does not wait, because no snapshot
 * would arrive.
 */
export function startRevisions(): void {
  arrived ??= -1;
}

/** Call it after the page has applied a snapshot. */
export function noteRevision(revision: number): void {
  arrived = revision;
  const ended = waiting.filter((wait) => wait.revision <= revision);
  waiting = waiting.filter((wait) => wait.revision > revision);
  for (const { done } of ended) done();
}

/** Resolves when the page has the snapshot of a revision or a later one. */
export function revisionArrived(revision: number): Promise<void> {
  if (arrived === null || arrived >= revision) return Promise.resolve();
  return new Promise((done) => waiting.push({ revision, done }));
}
