// Waits for snapshots. A command that changes the state returns a revision. The snapshot with the change arrives like
// every other one (snapshots.ts).

/** The revision of the last snapshot that arrived; null before the page asks for snapshots, -1 before the first one. */
let arrived: number | null = null;
let waiting: { revision: number; done: () => void }[] = [];

/** Call it when the page asks for snapshots. Until then, `revisionArrived` does not wait, because no snapshot would arrive. */
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
