// The rows that are here, of a list that is never here as a whole: in chunks, a limited number of them. Pure; each change
// is a new value, so that whoever shows one notices.

/** Rows of a chunk. */
export const CHUNK = 100;
/** Chunks that are kept. */
export const KEPT = 12;

interface Chunk<Row> {
  rows: readonly Row[];
  /** When it was asked for, counted in reasons to ask again: an earlier one is out of date, and still shown. */
  turn: number;
}

/** Some chunks of a list. */
export class Chunks<Row> {
  readonly #kept: ReadonlyMap<number, Chunk<Row>>;

  constructor(kept: ReadonlyMap<number, Chunk<Row>> = new Map()) {
    this.#kept = kept;
  }

  /** The number of chunks that are here. */
  get size(): number {
    return this.#kept.size;
  }

  /** The row at a place, where it is here. */
  row(place: number): Row | null {
    return this.#kept.get(Math.floor(place / CHUNK))?.rows[place % CHUNK] ?? null;
  }

  /** The place of a row that fits, where one is here. */
  find(fits: (row: Row) => boolean): number | null {
    for (const [number, { rows }] of this.#kept) {
      const at = rows.findIndex(fits);
      if (at >= 0) return number * CHUNK + at;
    }
    return null;
  }

  /** With a chunk that came, and without those farthest from it where there are too many. */
  with(number: number, rows: readonly Row[], turn: number): Chunks<Row> {
    const kept = new Map(this.#kept).set(number, { rows, turn });
    if (kept.size > KEPT) {
      const far = [...kept.keys()].sort((a, b) => Math.abs(b - number) - Math.abs(a - number));
      for (const one of far.slice(0, kept.size - KEPT)) kept.delete(one);
    }
    return new Chunks(kept);
  }

  /** Without what lies beyond the end of the list. */
  upTo(found: number): Chunks<Row> {
    const inside = [...this.#kept].filter(([number]) => number === 0 || number * CHUNK < found);
    return inside.length === this.#kept.size ? this : new Chunks(new Map(inside));
  }

  /** Chunks to ask for, the most urgent first: what is looked at, then its neighbours, the one below before the one above. */
  missing([first, last]: readonly [number, number], found: number, turn: number): number[] {
    // Of an empty list too, the first one: somebody may have come.
    const end = Math.max(1, Math.ceil(found / CHUNK));
    const [from, to] = [Math.floor(first / CHUNK), Math.floor(Math.max(first, last) / CHUNK)];
    const looked = Array.from({ length: to - from + 1 }, (_, at) => from + at);
    return [...looked, to + 1, from - 1, to + 2].filter(
      (number) => number >= 0 && number < end && this.isDue(number, turn),
    );
  }

  /** Whether a chunk is not here, or out of date. */
  isDue(number: number, turn: number): boolean {
    return (this.#kept.get(number)?.turn ?? -1) < turn;
  }
}
