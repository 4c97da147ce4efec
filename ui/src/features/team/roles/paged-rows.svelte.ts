// The rows of a long list, loaded in pages when they are displayed. Stale rows stay visible until their replacement arrives,
// so the list does not flicker. Responses to an earlier query are ignored.

import { asAppError } from "../../../host/failure";
import type { AppError } from "../../../host/types";
import { CHUNK_SIZE, Chunks } from "../chunks";

/** Minimum time between two reloads in milliseconds: a running batch changes many times per second. */
export const RELOAD_INTERVAL_MS = 300;

/** Some rows and the total number of rows. */
export interface Page<Row> {
  found: number;
  rows: readonly Row[];
}

/** Loads rows starting at an index. */
type LoadPage<Row> = (from: number, count: number) => Promise<Page<Row>>;

/** The rows of one list. */
export class PagedRows<Row> {
  /** Total number of rows. */
  found = $state(0);
  /** Whether a response has arrived since the list was opened. */
  loaded = $state(false);
  failure = $state.raw<AppError | null>(null);
  /** Number of the current query; the list scrolls to the top when it changes. */
  queryId = $state(0);
  #chunks = $state.raw(new Chunks<Row>());
  #generation = $state(0);
  /** The query that the chunks belong to. */
  #chunksQueryId = 0;
  #inFlight = new Set<number>();
  #loadPage: LoadPage<Row> | null = null;
  #reloadTimer: ReturnType<typeof setTimeout> | undefined;
  #reloadPending = false;

  /** Starts a new query. The old rows stay until its first response. */
  query(loadPage: LoadPage<Row>): void {
    this.#loadPage = loadPage;
    this.queryId += 1;
    this.#inFlight.clear();
    this.failure = null;
    this.#generation += 1;
    this.#request(0);
  }

  /** The row at an index; null while it loads. Reading a missing or stale row requests it. */
  row(index: number): Row | null {
    const chunk = Math.floor(index / CHUNK_SIZE);
    if (this.#chunks.needsLoad(chunk, this.#generation)) this.#request(chunk);
    return this.#chunks.row(index);
  }

  /** Reloads the visible rows, now or when `RELOAD_INTERVAL_MS` have passed since the last reload. */
  reload(): void {
    if (!this.#loadPage) return;
    if (this.#reloadTimer !== undefined) {
      this.#reloadPending = true;
      return;
    }
    this.#invalidate();
    this.#reloadTimer = setTimeout(() => {
      this.#reloadTimer = undefined;
      if (!this.#reloadPending) return;
      this.#reloadPending = false;
      this.reload();
    }, RELOAD_INTERVAL_MS);
  }

  /** Tries again after a failure. */
  retry(): void {
    this.failure = null;
    this.#invalidate();
  }

  #invalidate(): void {
    this.#generation += 1;
    // An empty list displays no row that would request the load.
    if (this.found === 0) this.#request(0);
  }

  #request(chunk: number): void {
    const { queryId } = this;
    if (this.#inFlight.has(chunk)) return;
    this.#inFlight.add(chunk);
    // Deferred: `row` is called during rendering, where state must not change.
    queueMicrotask(() => queryId === this.queryId && this.#load(chunk));
  }

  async #load(chunk: number): Promise<void> {
    const { queryId } = this;
    const generation = this.#generation;
    try {
      const page = await this.#loadPage?.(chunk * CHUNK_SIZE, CHUNK_SIZE);
      if (!page || queryId !== this.queryId) return;
      this.#apply(chunk, generation, page);
    } catch (caught) {
      if (queryId === this.queryId) this.failure = asAppError(caught);
    } finally {
      if (queryId === this.queryId) this.#inFlight.delete(chunk);
    }
  }

  #apply(chunk: number, generation: number, { found, rows }: Page<Row>): void {
    const before = this.#chunksQueryId === this.queryId ? this.#chunks : new Chunks<Row>();
    this.#chunksQueryId = this.queryId;
    this.#chunks = before.with(chunk, rows, generation);
    this.found = found;
    this.loaded = true;
    this.failure = null;
  }
}
