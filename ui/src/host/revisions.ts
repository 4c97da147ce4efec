// Waits for snapshots. A command that changes the state answers a revision; the snapshot with the change comes by the event
// `snapshot`, like every other one.

/** The revision of the last snapshot that came by the event; null before the subscription. */
let arrived: number | null = null;
let waiting: { revision: number; done: () => void }[] = [];

/** Call it when the subscription to snapshots is active. Before, no snapshot would end the wait. */
export function startRevisions(): void {
  arrived ??= -1;
}

/** Call it after the page has taken in a snapshot. */
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
