// Rows of a long list, asked for in pieces as they are looked at. What is out of date stays in sight until its successor is
// there, so that nothing flickers; of several questions only the newest one is answered.

import { asAppError } from "../../../host/failure";
import type { AppError } from "../../../host/types";
import { CHUNK, Chunks } from "../chunks";

/** The least time between two renewals, in milliseconds: a list that runs changes many times a second. */
export const PAUSE_MS = 300;

/** Some rows, and how many there are in all. */
export interface Answer<Row> {
  found: number;
  rows: readonly Row[];
}

/** Asks for some rows. */
export type Ask<Row> = (from: number, count: number) => Promise<Answer<Row>>;

/** The rows of one list. */
export class Windows<Row> {
  /** How many rows there are. */
  found = $state(0);
  /** Whether anything was answered since the list was opened. */
  loaded = $state(false);
  failure = $state.raw<AppError | null>(null);
  /** Counts the questions: with another one the list begins at its top. */
  question = $state(0);
  #chunks = $state.raw(new Chunks<Row>());
  #version = $state(0);
  /** The question that the chunks belong to. */
  #answered = 0;
  #underWay = new Set<number>();
  #ask: Ask<Row> | null = null;
  #pause: ReturnType<typeof setTimeout> | undefined;
  #behind = false;

  /** Another question; what is there stays until the first answer. */
  ask(ask: Ask<Row>): void {
    this.#ask = ask;
    this.question += 1;
    this.#underWay.clear();
    this.failure = null;
    this.#version += 1;
    this.#want(0);
  }

  /** Forgets everything. */
  clear(): void {
    clearTimeout(this.#pause);
    this.#pause = undefined;
    this.#behind = false;
    this.#ask = null;
    this.question += 1;
    this.#underWay.clear();
    this.#chunks = new Chunks();
    this.found = 0;
    this.loaded = false;
    this.failure = null;
  }

  /** A row; none while it is on its way. Reading it is what asks for it. */
  row(index: number): Row | null {
    const at = Math.floor(index / CHUNK);
    if (this.#chunks.isDue(at, this.#version)) this.#want(at);
    return this.#chunks.row(index);
  }

  /** Rows have changed: those in sight are asked again, now or after a short pause. */
  again(): void {
    if (!this.#ask) return;
    if (this.#pause !== undefined) {
      this.#behind = true;
      return;
    }
    this.#renew();
    this.#pause = setTimeout(() => {
      this.#pause = undefined;
      if (!this.#behind) return;
      this.#behind = false;
      this.again();
    }, PAUSE_MS);
  }

  /** Tries again what failed. */
  retry(): void {
    this.failure = null;
    this.#renew();
  }

  #renew(): void {
    this.#version += 1;
    // With no row in sight, nothing would ask.
    if (this.found === 0) this.#want(0);
  }

  #want(at: number): void {
    const { question } = this;
    if (this.#underWay.has(at)) return;
    this.#underWay.add(at);
    // Later, since this may be called while the page is being drawn.
    queueMicrotask(() => question === this.question && this.#load(at));
  }

  async #load(at: number): Promise<void> {
    const { question } = this;
    const version = this.#version;
    try {
      const answer = await this.#ask?.(at * CHUNK, CHUNK);
      if (!answer || question !== this.question) return;
      this.#take(at, version, answer);
    } catch (caught) {
      if (question === this.question) this.failure = asAppError(caught);
    } finally {
      if (question === this.question) this.#underWay.delete(at);
    }
  }

  #take(at: number, version: number, { found, rows }: Answer<Row>): void {
    const before = this.#answered === this.question ? this.#chunks : new Chunks<Row>();
    this.#answered = this.question;
    this.#chunks = before.with(at, rows, version);
    this.found = found;
    this.loaded = true;
    this.failure = null;
  }
}
