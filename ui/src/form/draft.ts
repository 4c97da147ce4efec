// Keeps what is typed on this computer: half a second after typing stops, one command at a time and in order.

import type { DraftValues } from "../host/types";

/** How long typing has to pause. */
export const PAUSE_MS = 500;

/** Where drafts go; each answers whether it worked. */
interface Keeping {
  keep(draft: DraftValues): Promise<boolean>;
  drop(): Promise<boolean>;
}

/** The draft of one form; null stands for none. */
export class Draft {
  /** What shall be kept, once there is something new. */
  #wanted: { values: DraftValues | null } | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #last: Promise<void> = Promise.resolve();
  /** What was handed over last, as JSON, so that nothing is written twice; undefined where it is not known. */
  #known: string | undefined;

  constructor(
    private readonly keeping: Keeping,
    stored: DraftValues | null = null,
  ) {
    this.#known = JSON.stringify(stored);
  }

  /** Keeps these values once typing pauses; none forget the draft at once. */
  want(values: DraftValues | null): void {
    this.#wanted = { values };
    clearTimeout(this.#timer);
    if (values === null) void this.flush();
    else this.#timer = setTimeout(() => void this.flush(), PAUSE_MS);
  }

  /** Keeps what is wanted now. When nothing is on its way any more: whether it is kept. */
  async flush(): Promise<boolean> {
    clearTimeout(this.#timer);
    const wanted = this.#wanted;
    this.#wanted = null;
    const text = JSON.stringify(wanted?.values);
    if (wanted && text !== this.#known) {
      this.#known = text;
      this.#last = this.#last.then(async () => {
        const kept = await (wanted.values ? this.keeping.keep(wanted.values) : this.keeping.drop());
        if (!kept) this.forget();
      });
    }
    await this.#last;
    return this.#known !== undefined;
  }

  /** Before a save, which changes what is stored: nothing must arrive late. */
  async settle(): Promise<void> {
    clearTimeout(this.#timer);
    this.#wanted = null;
    await this.#last;
    this.forget();
  }

  /** The save has turned the draft into edits: nothing is stored any more, unless more was kept meanwhile. */
  turned(): void {
    this.#known = this.#known === undefined ? JSON.stringify(null) : undefined;
  }

  /** What is stored is no longer known: the next values are handed over in any case. */
  forget(): void {
    this.#known = undefined;
  }
}
