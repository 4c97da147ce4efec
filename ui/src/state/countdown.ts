// A timer that can be paused, for notices that disappear automatically.

/** Calls `onEnd` when the time has run out. The countdown is paused while there is at least one hold. */
export class Countdown {
  #remainingMs = 0;
  #startedAt = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #holds = new Set<string>();
  #onEnd: () => void;

  constructor(onEnd: () => void) {
    this.#onEnd = onEnd;
  }

  /** Starts or restarts with the full time. Existing holds stay in effect. */
  start(milliseconds: number): void {
    this.stop();
    this.#remainingMs = milliseconds;
    this.#run();
  }

  /** Cancels the callback until the next start. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#remainingMs = 0;
  }

  /** Pauses the countdown until every reason to hold it has been released. */
  hold(reason: string): void {
    this.#holds.add(reason);
    if (this.#timer === undefined) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#remainingMs -= Date.now() - this.#startedAt;
  }

  /** Removes a hold. The countdown continues if it was the last one. */
  release(reason: string): void {
    this.#holds.delete(reason);
    if (this.#remainingMs > 0) this.#run();
  }

  #run(): void {
    if (this.#holds.size > 0 || this.#timer !== undefined) return;
    this.#startedAt = Date.now();
    this.#timer = setTimeout(() => {
      this.stop();
      this.#onEnd();
    }, this.#remainingMs);
  }
}
