// Decides which list rows are mounted and under which keys. A row that scrolls in gets the key of a row that scrolled out,
// so Svelte reuses its DOM elements. Creating new elements for every row would cause most of the page's garbage. Pure.

/** A contiguous range of rows plus some pinned rows that may be anywhere in the list. Immutable. */
export class RowRecycler {
  readonly #start: number;
  readonly #end: number;
  /** Number of keys in use; at least the length of the range, so that keys within it are unique. */
  readonly #keyCount: number;
  /** Pinned rows: index to key. */
  readonly #pinned: ReadonlyMap<number, number>;

  private constructor(start: number, end: number, keyCount: number, pinned: ReadonlyMap<number, number>) {
    this.#start = start;
    this.#end = end;
    this.#keyCount = keyCount;
    this.#pinned = pinned;
  }

  /** No rows. */
  static readonly EMPTY = new RowRecycler(0, 0, 0, new Map());

  /**
   * The state after scrolling or resizing: `visible` rows from index `first`, `overscan` more rows above and below, and the
   * `pinned` indices. Pinned rows keep their current keys.
   */
  next(first: number, visible: number, overscan: number, pinned: readonly number[]): RowRecycler {
    const keyCount = visible + 2 * overscan;
    const keys = new Map(pinned.map((index) => [index, this.key(index)]));
    return new RowRecycler(Math.max(0, first - overscan), first + visible + overscan, keyCount, keys);
  }

  /** Indices of the mounted rows; unordered, may contain duplicates. */
  get indices(): number[] {
    return [...Array.from({ length: this.#end - this.#start }, (_, offset) => this.#start + offset), ...this.#pinned.keys()];
  }

  /** The key of a row, unique among the mounted rows. Keys repeat every `#keyCount` rows, so rows reuse elements. */
  key(index: number): number {
    const pinned = this.#pinned.get(index);
    if (pinned !== undefined) return pinned;
    const shared = index % this.#keyCount;
    const inRange = index >= this.#start && index < this.#end;
    return inRange && ![...this.#pinned.values()].includes(shared) ? shared : -1 - index;
  }
}
