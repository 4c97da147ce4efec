// The team page: which rows are asked for, which one is active, what is selected. The shell holds rows and selection.

import { openTeam, refreshTeam, selectTeam } from "../../host/commands";
import { asAppError } from "../../host/failure";
import type { AppError, SelectionChange, TeamColumn, TeamCounts, TeamQuery, TeamRow, TeamView } from "../../host/types";
import { newest } from "../../state/newest";
import { shrinks, type Wish } from "./keys";
import { EVERYBODY, pressed } from "./query";
import { Reader, type Shown } from "./reader.svelte";

/** How many of how many rows are selected. */
export interface Selected {
  selected: number;
  found: number;
}

class Team {
  /** What is asked for; what is shown may still be of the query before. */
  query = $state.raw<TeamQuery>(EVERYBODY);
  /** Place of the row that the keyboard acts on. */
  active = $state(0);
  /** What the last change of the selection made of it, to be said aloud. */
  announced = $state.raw<Selected | null>(null);
  /** Why the team could not be opened, read again, or selected in. */
  failure = $state.raw<AppError | null>(null);
  /** A new reading that was asked for and not answered yet. */
  busy = $state(false);

  readonly #reader = new Reader((shown, anew) => this.#arrived(shown, anew));
  #activeId: string | null = null;
  /** Where a range begins: the place of the row that was selected last. */
  #anchor: number | null = null;
  /** Whose team is shown: the account's turn on the page, and the organization. */
  #of: { turn: number; organization: string } | null = null;
  #version = -1;
  #selecting: Promise<void> = Promise.resolve();
  #touched = false;
  readonly #attempts = newest();

  /** What is shown; null before the first answer. */
  get shown(): Shown | null {
    return this.#reader.shown;
  }

  /** Rows that the shown query finds. */
  get found(): number {
    return this.#reader.shown?.found ?? 0;
  }

  /** Rows that the list holds: where nobody is found, those of before stay in it, out of sight, for what is found next. */
  get listed(): number {
    return this.#reader.listed?.found ?? 0;
  }

  /** Counts per value, of the shown query. */
  get counts(): TeamCounts | null {
    return this.#reader.shown?.counts ?? null;
  }

  /** Found rows that are selected. */
  get selected(): number {
    return this.#reader.shown?.selected ?? 0;
  }

  /** Grows with every answer. */
  get answers(): number {
    return this.#reader.answers;
  }

  /** Why rows do not come, or the team does not open. */
  get trouble(): AppError | null {
    return this.failure ?? this.#reader.failure;
  }

  /** The row at a place; null while it is on its way. */
  row(place: number): TeamRow | null {
    return this.#reader.row(place);
  }

  /** The row that the list holds at a place; null while it is on its way. */
  listedRow(place: number): TeamRow | null {
    return this.#reader.listed?.chunks.row(place) ?? null;
  }

  /** Takes a state in: another team starts anew, newer rows are asked for. */
  follow(turn: number, view: TeamView | null): void {
    if (this.#of && this.#of.turn !== turn) this.#leave();
    // A team that opens again, after a while on another page, is the same one.
    if (!view?.loaded || view.organization === null) return;
    if (this.#of && this.#of.organization !== view.organization) this.#leave();
    this.#of = { turn, organization: view.organization };
    if (view.version === this.#version) return;
    this.#version = view.version;
    if (this.shown?.version !== view.version) this.#reader.again();
    if (!this.shown) this.#reader.ask(this.query);
  }

  /** Opens the team of an organization, or of the one opened last. */
  async open(organization: string | null): Promise<void> {
    this.#reader.again();
    await this.#attempt(() => openTeam(organization));
  }

  /** Reads the team from the server again. */
  async refresh(): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    await this.#attempt(refreshTeam);
    this.busy = false;
  }

  /** After a failure: opens the team anew and asks for what is missing. */
  async retry(organization: string | null): Promise<void> {
    if (this.#of) this.#reader.ask(this.query);
    await this.open(organization);
  }

  /** Changes the search, a filter or the order. */
  change(change: Partial<TeamQuery>): void {
    this.query = { ...this.query, ...change };
    if (this.#of) this.#reader.ask(this.query);
  }

  /** Takes the search and all filters away, and keeps the order. */
  clearFilters(): void {
    this.change({ ...EVERYBODY, sort: this.query.sort, descending: this.query.descending });
  }

  /** A column was pressed to sort by it. */
  sort(column: TeamColumn): void {
    this.change(pressed(this.query, column));
  }

  /** Rows from one place to another are looked at. */
  look(first: number, last: number): void {
    this.#reader.look(first, last);
  }

  /** Asks for the rows in sight again, after something about them has changed. */
  again(): void {
    this.#reader.again();
  }

  /** Makes a row the active one. */
  activate(place: number): void {
    this.active = place;
    this.#activeId = this.row(place)?.id ?? null;
  }

  /** Selects a row, or no longer. */
  toggle(place: number): void {
    const id = this.row(place)?.id;
    if (id === undefined) return;
    this.#anchor = place;
    this.#select({ kind: "toggle", id });
  }

  /** Selects all rows from where the last one was selected to here. */
  reach(place: number): void {
    this.#anchor ??= this.active;
    this.#select({ kind: "range", from: this.#anchor, to: place });
  }

  /** Selects all rows that are found. */
  selectAll(): void {
    this.#select({ kind: "all" });
  }

  /** Selects none. */
  clearSelection(): void {
    this.#anchor = null;
    this.#select({ kind: "none" });
  }

  /** Does what a key asks for in the list; opening is not for here. */
  act(wish: Wish): void {
    if (wish.kind === "toggle") this.toggle(this.active);
    else if (wish.kind === "reach") this.reach(this.active);
    else if (wish.kind === "all") this.selectAll();
    else if (wish.kind === "none" && this.selected > 0) this.clearSelection();
    else if (wish.kind === "move") this.#move(wish.to, wish.extend);
  }

  #move(to: number, extend: boolean): void {
    const from = this.active;
    const left = this.row(from);
    if (extend) this.#anchor ??= from;
    if (extend && this.#anchor !== null) {
      if (!shrinks(this.#anchor, from, to)) this.#select({ kind: "range", from: this.#anchor, to });
      else if (left?.selected) this.#select({ kind: "toggle", id: left.id });
    }
    this.activate(to);
  }

  /** One after the other: the shell could take up two at once in any order. */
  #select(change: SelectionChange): void {
    const query = this.shown?.query;
    if (!query) return;
    this.#touched = true;
    this.#selecting = this.#selecting.then(async () => {
      try {
        await selectTeam(query, change);
        this.failure = null;
      } catch (caught) {
        this.failure = asAppError(caught);
      }
      this.again();
    });
  }

  async #attempt(run: () => Promise<void>): Promise<void> {
    const latest = this.#attempts();
    try {
      await run();
      if (latest()) this.failure = null;
    } catch (caught) {
      const error = asAppError(caught);
      if (latest()) this.failure = error.code === "cancelled" ? null : error;
    }
  }

  #arrived(shown: Shown, anew: boolean): void {
    if (anew) this.#anchor = null;
    // Looked for where it was, first: chunks that are out of date may hold it as well.
    const id = this.#activeId;
    const stays = id !== null && shown.chunks.row(this.active)?.id === id;
    const place = stays || id === null ? null : shown.chunks.find((row) => row.id === id);
    this.activate(place ?? (anew && !stays ? 0 : Math.max(0, Math.min(this.active, shown.found - 1))));
    const { selected, found } = shown;
    if (this.#touched && selected !== (this.announced?.selected ?? 0)) this.announced = { selected, found };
  }

  #leave(): void {
    this.#reader.forget();
    this.#of = null;
    this.query = EVERYBODY;
    this.active = 0;
    this.announced = null;
    this.failure = null;
    this.#activeId = null;
    this.#anchor = null;
    this.#version = -1;
    this.#touched = false;
  }
}

/** The one team page. */
export const team = new Team();
