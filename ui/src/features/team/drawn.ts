// Which rows of the list are drawn, and under which keys: rows that come take over the elements of those that go. Making
// elements anew for each row scrolled by leaves more garbage than everything else on the page. Pure.

/** Some rows in succession, and a few others wherever they are. */
export class Drawn {
  readonly #first: number;
  readonly #end: number;
  /** Keys in use; never fewer than there are rows in succession. */
  readonly #keys: number;
  /** Keys of the others. */
  readonly #kept: ReadonlyMap<number, number>;

  private constructor(first: number, end: number, keys: number, kept: ReadonlyMap<number, number>) {
    this.#first = first;
    this.#end = end;
    this.#keys = keys;
    this.#kept = kept;
  }

  /** Nothing yet. */
  static readonly NONE = new Drawn(0, 0, 0, new Map());

  /**
   * After scrolling or another change: as many rows as can be in `sight` from the `first` one on, as many as `beyond` above
   * and below them, and the `kept` ones, which go on under the keys that they have.
   */
  next(first: number, sight: number, beyond: number, kept: readonly number[]): Drawn {
    const keys = sight + 2 * beyond;
    const own = new Map(kept.map((place) => [place, this.key(place)]));
    return new Drawn(Math.max(0, first - beyond), first + sight + beyond, keys, own);
  }

  /** The places, in no order. */
  get places(): number[] {
    return [...Array.from({ length: this.#end - this.#first }, (_, at) => this.#first + at), ...this.#kept.keys()];
  }

  /** The key of a place: no other place has it at the same time, and a row that comes has that of one that goes. */
  key(place: number): number {
    const kept = this.#kept.get(place);
    if (kept !== undefined) return kept;
    const turn = place % this.#keys;
    const inside = place >= this.#first && place < this.#end;
    return inside && ![...this.#kept.values()].includes(turn) ? turn : -1 - place;
  }
}
