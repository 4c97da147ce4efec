// The state of the team page: the query, the active row and the loaded rows. The shell keeps all rows and the selection.

import { openTeam, refreshTeam, selectTeam } from "../../host/commands";
import { asAppError } from "../../host/failure";
import type { AppError, SelectionChange, TeamColumn, TeamCounts, TeamQuery, TeamRow, TeamView } from "../../host/types";
import { staleGuard } from "../../state/stale-guard";
import { type ListAction, shrinksRange } from "./keys";
import { DEFAULT_QUERY, nextSort, withoutSecondaryFilters } from "./query";
import { type QueryResult, RowLoader } from "./row-loader.svelte";

/** The state of the team page. */
export class Team {
  /** The requested query. The result may still belong to the previous one. */
  query = $state.raw<TeamQuery>(DEFAULT_QUERY);
  /** Index of the row that the keyboard acts on. */
  activeIndex = $state(0);
  /** Whether the user has changed the number of selected rows. Screen readers are told nothing before. */
  selectionChanged = $state(false);
  /** Why opening, refreshing or selecting failed. */
  commandFailure = $state.raw<AppError | null>(null);
  /** Whether the user has requested a refresh that is not answered yet. */
  refreshPending = $state(false);

  readonly #loader = new RowLoader((result, isNewQuery) => this.#onResult(result, isNewQuery));
  #activeId: string | null = null;
  /** Index where a range selection starts: the last toggled row, or else the row that was active at the start. */
  #anchor: number | null = null;
  /** The organization whose team is loaded. */
  #organization: string | null = null;
  #version = -1;
  #selectionQueue: Promise<void> = Promise.resolve();
  #selectionTouched = false;
  readonly #attemptGuard = staleGuard();

  /** The current result; null before the first response. */
  get result(): QueryResult | null {
    return this.#loader.result;
  }

  /** Number of rows in the current result. */
  get found(): number {
    return this.#loader.result?.found ?? 0;
  }

  /** Length of the list. While a search has no match, the list is hidden and still holds the previous rows. */
  get listLength(): number {
    return this.#loader.lastNonEmpty?.found ?? 0;
  }

  /** Facet counts of the current result. */
  get counts(): TeamCounts | null {
    return this.#loader.result?.counts ?? null;
  }

  /** Number of selected rows in the current result. */
  get selected(): number {
    return this.#loader.result?.selected ?? 0;
  }

  /** Number of responses; read it to react to each of them. */
  get responseCount(): number {
    return this.#loader.responseCount;
  }

  /** Why a command failed or rows cannot be loaded. */
  get failure(): AppError | null {
    return this.commandFailure ?? this.#loader.failure;
  }

  /** The row of the current result at an index; null if it is not loaded. */
  row(index: number): TeamRow | null {
    return this.#loader.row(index);
  }

  /** The row that the list shows at an index (see `listLength`); null if it is not loaded. */
  listRow(index: number): TeamRow | null {
    return this.#loader.lastNonEmpty?.chunks.row(index) ?? null;
  }

  /** Applies a snapshot: resets the state for another organization, and loads the rows if the team has a new version. */
  applySnapshot(view: TeamView | null): void {
    // The snapshot has no team while another page is open. The loaded team stays valid.
    if (!view?.loaded || view.organization === null) return;
    if (this.#organization !== null && this.#organization !== view.organization) this.#reset();
    this.#organization = view.organization;
    if (view.version === this.#version) return;
    this.#version = view.version;
    if (this.result?.version !== view.version) this.#loader.reload();
    if (!this.result) this.#loader.load(this.query);
  }

  /** Opens the team of an organization; null opens the last one. */
  async open(organization: string | null): Promise<void> {
    this.#loader.reload();
    await this.#attempt(() => openTeam(organization));
  }

  /** Fetches the team from the server again. */
  async refresh(): Promise<void> {
    if (this.refreshPending) return;
    this.refreshPending = true;
    await this.#attempt(refreshTeam);
    this.refreshPending = false;
  }

  /** After a failure: opens the team again and loads the missing rows. */
  async retry(organization: string | null): Promise<void> {
    if (this.#organization !== null) this.#loader.load(this.query);
    await this.open(organization);
  }

  /** Changes the search, a filter or the order. */
  updateQuery(change: Partial<TeamQuery>): void {
    this.query = { ...this.query, ...change };
    if (this.#organization !== null) this.#loader.load(this.query);
  }

  /** Clears the search and all filters. The order stays. */
  clearFilters(): void {
    this.updateQuery({ ...DEFAULT_QUERY, sort: this.query.sort, descending: this.query.descending });
  }

  /** Clears the filters besides the team role. The search stays. */
  clearSecondaryFilters(): void {
    this.updateQuery(withoutSecondaryFilters);
  }

  /** Sorts by a column, or changes the direction if it is already the sort column. */
  toggleSort(column: TeamColumn): void {
    this.updateQuery(nextSort(this.query, column));
  }

  /** Sets the visible rows (inclusive indices), which are loaded first. */
  setVisibleRange(first: number, last: number): void {
    this.#loader.setVisibleRange(first, last);
  }

  /** Loads the visible rows again. */
  reloadRows(): void {
    this.#loader.reload();
  }

  /** Makes a row the active one. */
  activate(index: number): void {
    this.activeIndex = index;
    this.#activeId = this.row(index)?.id ?? null;
  }

  /** Selects or deselects a row. */
  toggleRow(index: number): void {
    const id = this.row(index)?.id;
    if (id === undefined) return;
    this.#anchor = index;
    this.#select({ kind: "toggle", id });
  }

  /** Selects the rows from the anchor to an index. */
  selectRangeTo(index: number): void {
    this.#anchor ??= this.activeIndex;
    this.#select({ kind: "range", from: this.#anchor, to: index });
  }

  /** Selects all found rows. */
  selectAll(): void {
    this.#select({ kind: "all" });
  }

  /** Deselects all rows. */
  clearSelection(): void {
    this.#anchor = null;
    this.#select({ kind: "none" });
  }

  /** Performs a keyboard action, except "open", which the list handles. */
  perform(action: ListAction): void {
    if (action.kind === "toggle") this.toggleRow(this.activeIndex);
    else if (action.kind === "selectRange") this.selectRangeTo(this.activeIndex);
    else if (action.kind === "selectAll") this.selectAll();
    else if (action.kind === "clearSelection" && this.selected > 0) this.clearSelection();
    else if (action.kind === "move") this.#move(action.to, action.extend);
  }

  #move(to: number, extend: boolean): void {
    const from = this.activeIndex;
    const leftRow = this.row(from);
    if (extend) this.#anchor ??= from;
    if (extend && this.#anchor !== null) {
      if (!shrinksRange(this.#anchor, from, to)) this.#select({ kind: "range", from: this.#anchor, to });
      else if (leftRow?.selected) this.#select({ kind: "toggle", id: leftRow.id });
    }
    this.activate(to);
  }

  /** Sends selection changes one at a time: the shell may process parallel calls in any order. */
  #select(change: SelectionChange): void {
    const query = this.result?.query;
    if (!query) return;
    this.#selectionTouched = true;
    this.#selectionQueue = this.#selectionQueue.then(async () => {
      try {
        await selectTeam(query, change);
        this.commandFailure = null;
      } catch (caught) {
        this.commandFailure = asAppError(caught);
      }
      this.reloadRows();
    });
  }

  async #attempt(run: () => Promise<void>): Promise<void> {
    const isCurrent = this.#attemptGuard();
    try {
      await run();
      if (isCurrent()) this.commandFailure = null;
    } catch (caught) {
      const error = asAppError(caught);
      if (isCurrent()) this.commandFailure = error.code === "cancelled" ? null : error;
    }
  }

  #onResult(result: QueryResult, isNewQuery: boolean): void {
    if (isNewQuery) this.#anchor = null;
    // Check the active row's current index first: a stale chunk may contain the same row at another index.
    const id = this.#activeId;
    const unmoved = id !== null && result.chunks.row(this.activeIndex)?.id === id;
    const index = unmoved || id === null ? null : result.chunks.findIndex((row) => row.id === id);
    const fallback = isNewQuery && !unmoved ? 0 : Math.max(0, Math.min(this.activeIndex, result.found - 1));
    this.activate(index ?? fallback);
    if (this.#selectionTouched && result.selected > 0) this.selectionChanged = true;
  }

  #reset(): void {
    this.#loader.reset();
    this.query = DEFAULT_QUERY;
    this.activeIndex = 0;
    this.selectionChanged = false;
    this.commandFailure = null;
    this.#activeId = null;
    this.#anchor = null;
    this.#version = -1;
    this.#selectionTouched = false;
  }
}
