// Time that runs out unless something holds it, as for what goes away by itself.

/** Calls back once the time is over; it stands still as long as anything holds it. */
export class Countdown {
  #left = 0;
  #since = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #holds = new Set<string>();
  #over: () => void;

  constructor(over: () => void) {
    this.#over = over;
  }

  /** Begins anew, with this many milliseconds. What holds it goes on holding. */
  start(milliseconds: number): void {
    this.stop();
    this.#left = milliseconds;
    this.#run();
  }

  /** Never calls back, until it is started again. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#left = 0;
  }

  /** Stands still for this reason too. */
  hold(reason: string): void {
    this.#holds.add(reason);
    if (this.#timer === undefined) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#left -= Date.now() - this.#since;
  }

  /** This reason is over. */
  release(reason: string): void {
    this.#holds.delete(reason);
    if (this.#left > 0) this.#run();
  }

  #run(): void {
    if (this.#holds.size > 0 || this.#timer !== undefined) return;
    this.#since = Date.now();
    this.#timer = setTimeout(() => {
      this.stop();
      this.#over();
    }, this.#left);
  }
}
