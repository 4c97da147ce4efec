// Stores the draft (typed but unsaved values) on this computer while the user types, one command at a time.

import type { DraftValues } from "../host/types";

/**
 * How long after a change the draft is stored. Short, and not extended by further changes, because the system may end the
 * page together with the app, for example at the end of the user's session. What was typed in this time is then lost.
 */
export const PAUSE_MS = 100;

/** Stores or deletes the draft. Both return whether they succeeded. */
interface DraftStore {
  keep(draft: DraftValues): Promise<boolean>;
  drop(): Promise<boolean>;
}

/** The draft of one form. Null values mean no draft. */
export class Draft {
  /** The next values to store, if any. */
  #pending: { values: DraftValues | null } | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #queue: Promise<void> = Promise.resolve();
  /** The stored draft as JSON, to skip unchanged writes; undefined if it is unknown. */
  #stored: string | undefined;

  constructor(
    private readonly store: DraftStore,
    stored: DraftValues | null = null,
  ) {
    this.#stored = JSON.stringify(stored);
  }

  /** Stores the values soon. Null deletes the draft immediately. */
  schedule(values: DraftValues | null): void {
    this.#pending = { values };
    if (values === null) void this.flush();
    else this.#timer ??= setTimeout(() => void this.#flushAfterQueue(), PAUSE_MS);
  }

  /** Waits for the running command first, so that a slow disk gets only the latest values and not a command per pause. */
  async #flushAfterQueue(): Promise<void> {
    await this.#queue;
    await this.flush();
  }

  #clearTimer(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** Stores the pending values now and waits for all commands. Returns whether the draft is stored. */
  async flush(): Promise<boolean> {
    this.#clearTimer();
    const pending = this.#pending;
    this.#pending = null;
    const text = JSON.stringify(pending?.values);
    if (pending && text !== this.#stored) {
      this.#stored = text;
      this.#queue = this.#queue.then(async () => {
        const succeeded = await (pending.values ? this.store.keep(pending.values) : this.store.drop());
        if (!succeeded) this.markUnknown();
      });
    }
    await this.#queue;
    return this.#stored !== undefined;
  }

  /**
   * Drops the pending values and waits for commands in progress. Call it before a save. What is stored counts as unknown
   * then, because the save may delete the draft.
   */
  async cancelPending(): Promise<void> {
    this.#clearTimer();
    this.#pending = null;
    await this.#queue;
    this.markUnknown();
  }

  /**
   * Call it after a save that deleted the stored draft. If a draft was written during the save, it is unknown whether that
   * happened before or after the deletion.
   */
  deletedBySave(): void {
    this.#stored = this.#stored === undefined ? JSON.stringify(null) : undefined;
  }

  /** Call it when it is unknown what is stored. The next values are then written in any case. */
  markUnknown(): void {
    this.#stored = undefined;
  }
}
