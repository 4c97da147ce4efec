// Asks the shell for rows, in chunks, and keeps what came. What is shown stays until what takes its place is here.

import { teamRows } from "../../host/commands";
import { asAppError } from "../../host/failure";
import type { AppError, TeamCounts, TeamQuery, TeamRow, TeamWindow } from "../../host/types";
import { newest } from "../../state/newest";
import { CHUNK, Chunks } from "./chunks";
import { EVERYBODY, sameQuery } from "./query";

/** Chunks on their way at the same time. */
const AT_ONCE = 3;

/** What is shown of one query. */
export interface Shown {
  query: TeamQuery;
  version: number;
  found: number;
  counts: TeamCounts;
  selected: number;
  chunks: Chunks<TeamRow>;
}

/** The rows of the list. */
export class Reader {
  /** What is shown; null before the first answer. */
  shown = $state.raw<Shown | null>(null);
  /** What the list holds: what is shown or, where that is nobody, what was shown before. */
  listed = $state.raw<Shown | null>(null);
  /** Why nothing more comes, until it is tried again. */
  failure = $state.raw<AppError | null>(null);
  /** Grows with every answer, also with one that failed. */
  answers = $state(0);

  #wanted: TeamQuery = EVERYBODY;
  #looked: readonly [number, number] = [0, 0];
  /** Grows with every reason to ask again. */
  #turn = 0;
  #asking = false;
  #underway = new Set<number>();
  #lastAsked = 0;
  #lastTaken = 0;
  #life = newest();
  #alive = this.#life();

  /** Called with every answer; `anew` where it is of another query than what was shown. */
  constructor(private readonly arrived: (shown: Shown, anew: boolean) => void) {}

  /** The row at a place, where it is here. */
  row(place: number): TeamRow | null {
    return this.shown?.chunks.row(place) ?? null;
  }

  /** Wants the rows of a query: asks at once, or as soon as the query under way is answered. */
  ask(query: TeamQuery): void {
    this.#wanted = query;
    this.failure = null;
    void this.#readQuery();
  }

  /** Rows from one place to another are looked at. */
  look(first: number, last: number): void {
    this.#looked = [first, last];
    this.#fill();
  }

  /** Something has changed: asks again for what is looked at. */
  again(): void {
    this.#turn += 1;
    this.failure = null;
    if (this.shown) this.#fill();
  }

  /** Forgets everything; answers that are still on their way are not taken. */
  forget(): void {
    this.#alive = this.#life();
    this.#asking = false;
    this.#underway = new Set();
    this.#looked = [0, 0];
    this.shown = null;
    this.listed = null;
    this.failure = null;
  }

  async #readQuery(): Promise<void> {
    if (this.#asking) return;
    this.#asking = true;
    const alive = this.#alive;
    try {
      while (!this.shown || !sameQuery(this.shown.query, this.#wanted)) {
        const query = this.#wanted;
        const turn = this.#turn;
        const order = (this.#lastAsked += 1);
        const window = await teamRows(query, 0, CHUNK);
        if (!alive()) return;
        if (sameQuery(query, this.#wanted)) this.#adopt(query, window, turn, order);
      }
    } catch (caught) {
      if (!alive()) return;
      this.#fail(caught);
    }
    this.#asking = false;
    this.#fill();
  }

  #adopt(query: TeamQuery, window: TeamWindow, turn: number, order: number): void {
    const { version, found, counts, selected, rows } = window;
    this.#underway = new Set();
    this.#looked = [0, 0];
    this.#lastTaken = order;
    this.#show({ query, version, found, counts, selected, chunks: new Chunks<TeamRow>().with(0, rows, turn) }, true);
  }

  /** Asks for what is looked at and not here, or out of date. */
  #fill(): void {
    // A query under way brings rows of its own, and after a failure somebody has to ask for another try.
    if (!this.shown || this.#asking || this.failure) return;
    for (const number of this.shown.chunks.missing(this.#looked, this.shown.found, this.#turn)) {
      if (this.#underway.size >= AT_ONCE) return;
      if (!this.#underway.has(number)) void this.#readChunk(this.shown.query, number);
    }
  }

  async #readChunk(query: TeamQuery, number: number): Promise<void> {
    const { alive, underway, turn } = { alive: this.#alive, underway: this.#underway, turn: this.#turn };
    const order = (this.#lastAsked += 1);
    underway.add(number);
    try {
      const window = await teamRows(query, number * CHUNK, CHUNK);
      if (alive() && this.shown?.query === query) this.#take(this.shown, number, window, turn, order);
    } catch (caught) {
      if (alive() && this.shown?.query === query) this.#fail(caught);
    }
    underway.delete(number);
    if (alive()) this.#fill();
  }

  #take(shown: Shown, number: number, window: TeamWindow, turn: number, order: number): void {
    if (window.version > shown.version) {
      // The other chunks are out of date; this one too, where it was asked for before the last reason to ask again.
      const newest = turn === this.#turn;
      this.#turn += 1;
      if (newest) turn = this.#turn;
    }
    const chunks = shown.chunks.with(number, window.rows, turn);
    const { version, found, counts, selected } = window;
    // Answers may overtake each other: the numbers are those of the latest question.
    const numbers = order > this.#lastTaken ? { version, found, counts, selected } : {};
    this.#lastTaken = Math.max(order, this.#lastTaken);
    const next = { ...shown, ...numbers };
    this.#show({ ...next, chunks: chunks.upTo(next.found) }, false);
  }

  #show(shown: Shown, anew: boolean): void {
    this.shown = shown;
    if (shown.found > 0) this.listed = shown;
    this.answers += 1;
    this.arrived(shown, anew);
  }

  #fail(caught: unknown): void {
    this.failure = asAppError(caught);
    this.answers += 1;
  }
}
