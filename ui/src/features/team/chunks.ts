// A limited cache of the rows of a long list, loaded in chunks. Pure and immutable: every change returns a new value, so
// Svelte detects it.

/** Rows per chunk. */
export const CHUNK_SIZE = 100;
/** Maximum number of cached chunks. */
export const MAX_CHUNKS = 12;

interface Chunk<Row> {
  rows: readonly Row[];
  /** The list's generation when the chunk was requested. A chunk of an older generation is stale, but still shown. */
  generation: number;
}

/** The cached chunks of a list. */
export class Chunks<Row> {
  readonly #chunks: ReadonlyMap<number, Chunk<Row>>;

  constructor(chunks: ReadonlyMap<number, Chunk<Row>> = new Map()) {
    this.#chunks = chunks;
  }

  /** Number of cached chunks. */
  get size(): number {
    return this.#chunks.size;
  }

  /** The row at an index; null if it is not cached. */
  row(index: number): Row | null {
    return this.#chunks.get(Math.floor(index / CHUNK_SIZE))?.rows[index % CHUNK_SIZE] ?? null;
  }

  /** The index of a cached row that matches; null if there is none. */
  findIndex(matches: (row: Row) => boolean): number | null {
    for (const [number, { rows }] of this.#chunks) {
      const offset = rows.findIndex(matches);
      if (offset >= 0) return number * CHUNK_SIZE + offset;
    }
    return null;
  }

  /** Adds or replaces a chunk. Above the limit, the chunks farthest from it are dropped. */
  with(number: number, rows: readonly Row[], generation: number): Chunks<Row> {
    const chunks = new Map(this.#chunks).set(number, { rows, generation });
    if (chunks.size > MAX_CHUNKS) {
      const farthestFirst = [...chunks.keys()].sort((a, b) => Math.abs(b - number) - Math.abs(a - number));
      for (const far of farthestFirst.slice(0, chunks.size - MAX_CHUNKS)) chunks.delete(far);
    }
    return new Chunks(chunks);
  }

  /** Drops the chunks beyond the end of the list. */
  truncate(rowCount: number): Chunks<Row> {
    const inside = [...this.#chunks].filter(([number]) => number === 0 || number * CHUNK_SIZE < rowCount);
    return inside.length === this.#chunks.size ? this : new Chunks(new Map(inside));
  }

  /** Chunks to load, most urgent first: the visible ones, then the next, the previous, and the one after the next. */
  missing([first, last]: readonly [number, number], rowCount: number, generation: number): number[] {
    // Reload chunk 0 of an empty list as well: rows may have been added.
    const end = Math.max(1, Math.ceil(rowCount / CHUNK_SIZE));
    const [from, to] = [Math.floor(first / CHUNK_SIZE), Math.floor(Math.max(first, last) / CHUNK_SIZE)];
    const visible = Array.from({ length: to - from + 1 }, (_, offset) => from + offset);
    return [...visible, to + 1, from - 1, to + 2].filter(
      (number) => number >= 0 && number < end && this.needsLoad(number, generation),
    );
  }

  /** Whether a chunk is not cached or is stale. */
  needsLoad(number: number, generation: number): boolean {
    return (this.#chunks.get(number)?.generation ?? -1) < generation;
  }
}
