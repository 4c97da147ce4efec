// Loads the list's rows from the shell in chunks and caches them. Old rows stay visible until their replacement arrives.
//
// Responses can arrive late and out of order. `#generation` increases whenever the loaded rows may be stale. Requests are
// numbered, so that a late response cannot overwrite newer counts. A reset makes earlier copies of `#isCurrent` return
// false, so that the responses to earlier requests are ignored.

import { teamRows } from "../../host/commands";
import { asAppError } from "../../host/failure";
import type { AppError, TeamCounts, TeamQuery, TeamRow, TeamWindow } from "../../host/types";
import { staleGuard } from "../../state/stale-guard";
import { CHUNK_SIZE, Chunks } from "./chunks";
import { DEFAULT_QUERY, sameQuery } from "./query";

/** Maximum number of chunk requests in flight. */
const MAX_PARALLEL = 3;

/** The rows and counts of one query. */
export interface QueryResult {
  query: TeamQuery;
  version: number;
  found: number;
  counts: TeamCounts;
  selected: number;
  chunks: Chunks<TeamRow>;
}

/** Loads and caches the rows of the current query. */
export class RowLoader {
  /** The current result; null before the first response. */
  result = $state.raw<QueryResult | null>(null);
  /** The last result with rows. While a search has no match, the list is hidden but keeps these rows. */
  lastNonEmpty = $state.raw<QueryResult | null>(null);
  /** Why loading stopped. It continues with the next `load` or `reload`. */
  failure = $state.raw<AppError | null>(null);
  /** Number of responses, including failed ones. */
  responseCount = $state(0);

  #wantedQuery: TeamQuery = DEFAULT_QUERY;
  #visibleRange: readonly [number, number] = [0, 0];
  #generation = 0;
  #queryInFlight = false;
  #chunksInFlight = new Set<number>();
  #lastRequest = 0;
  #lastAppliedRequest = 0;
  #resetGuard = staleGuard();
  #isCurrent = this.#resetGuard();

  /** `onResult` is called with each new result; `isNewQuery` tells whether its query differs from the previous one. */
  constructor(private readonly onResult: (result: QueryResult, isNewQuery: boolean) => void) {}

  /** The row at an index; null if it is not loaded. */
  row(index: number): TeamRow | null {
    return this.result?.chunks.row(index) ?? null;
  }

  /** Loads a query. If another one is in flight, loads it afterwards, unless `load` is called again with a newer query. */
  load(query: TeamQuery): void {
    this.#wantedQuery = query;
    this.failure = null;
    void this.#loadQuery();
  }

  /** Sets the visible rows (inclusive indices) and loads what is missing around them. */
  setVisibleRange(first: number, last: number): void {
    this.#visibleRange = [first, last];
    this.#loadMissing();
  }

  /** Marks all rows as stale and reloads the visible ones. */
  reload(): void {
    this.#generation += 1;
    this.failure = null;
    if (this.result) this.#loadMissing();
  }

  /** Drops all rows and ignores pending responses. */
  reset(): void {
    this.#isCurrent = this.#resetGuard();
    this.#queryInFlight = false;
    this.#chunksInFlight = new Set();
    this.#visibleRange = [0, 0];
    this.result = null;
    this.lastNonEmpty = null;
    this.failure = null;
  }

  async #loadQuery(): Promise<void> {
    if (this.#queryInFlight) return;
    this.#queryInFlight = true;
    const isCurrent = this.#isCurrent;
    try {
      while (!this.result || !sameQuery(this.result.query, this.#wantedQuery)) {
        const query = this.#wantedQuery;
        const generation = this.#generation;
        const request = (this.#lastRequest += 1);
        const window = await teamRows(query, 0, CHUNK_SIZE);
        if (!isCurrent()) return;
        if (sameQuery(query, this.#wantedQuery)) this.#replaceResult(query, window, generation, request);
      }
    } catch (caught) {
      if (!isCurrent()) return;
      this.#fail(caught);
    }
    this.#queryInFlight = false;
    this.#loadMissing();
  }

  #replaceResult(query: TeamQuery, window: TeamWindow, generation: number, request: number): void {
    const { version, found, counts, selected, rows } = window;
    this.#chunksInFlight = new Set();
    this.#visibleRange = [0, 0];
    this.#lastAppliedRequest = request;
    const chunks = new Chunks<TeamRow>().with(0, rows, generation);
    this.#publish({ query, version, found, counts, selected, chunks }, true);
  }

  /** Loads the missing and stale chunks around the visible range. */
  #loadMissing(): void {
    // A query in flight loads new rows anyway. After a failure, wait for the next `load` or `reload`.
    if (!this.result || this.#queryInFlight || this.failure) return;
    for (const number of this.result.chunks.missing(this.#visibleRange, this.result.found, this.#generation)) {
      if (this.#chunksInFlight.size >= MAX_PARALLEL) return;
      if (!this.#chunksInFlight.has(number)) void this.#loadChunk(this.result.query, number);
    }
  }

  async #loadChunk(query: TeamQuery, number: number): Promise<void> {
    // Local copies, because these fields may change during the request.
    const { isCurrent, inFlight, generation } = {
      isCurrent: this.#isCurrent, inFlight: this.#chunksInFlight, generation: this.#generation,
    };
    const request = (this.#lastRequest += 1);
    inFlight.add(number);
    try {
      const window = await teamRows(query, number * CHUNK_SIZE, CHUNK_SIZE);
      if (isCurrent() && this.result?.query === query) this.#mergeChunk(this.result, number, window, generation, request);
    } catch (caught) {
      if (isCurrent() && this.result?.query === query) this.#fail(caught);
    }
    inFlight.delete(number);
    if (isCurrent()) this.#loadMissing();
  }

  #mergeChunk(result: QueryResult, number: number, window: TeamWindow, generation: number, request: number): void {
    if (window.version > result.version) {
      // The team has changed: all other chunks are stale. This one is too, if a reload was requested after its request.
      const isLatest = generation === this.#generation;
      this.#generation += 1;
      if (isLatest) generation = this.#generation;
    }
    const chunks = result.chunks.with(number, window.rows, generation);
    const { version, found, counts, selected } = window;
    // Responses can arrive out of order: keep the counts of the latest request.
    const latestCounts = request > this.#lastAppliedRequest ? { version, found, counts, selected } : {};
    this.#lastAppliedRequest = Math.max(request, this.#lastAppliedRequest);
    const next = { ...result, ...latestCounts };
    this.#publish({ ...next, chunks: chunks.truncate(next.found) }, false);
  }

  #publish(result: QueryResult, isNewQuery: boolean): void {
    this.result = result;
    if (result.found > 0) this.lastNonEmpty = result;
    this.responseCount += 1;
    this.onResult(result, isNewQuery);
  }

  #fail(caught: unknown): void {
    this.failure = asAppError(caught);
    this.responseCount += 1;
  }
}
