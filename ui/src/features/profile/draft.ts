// Keeps what is typed on this computer: half a second after typing stops, one command at a time and in order.

import type { DraftValues } from "../../host/types";

/** How long typing has to pause. */
export const PAUSE_MS = 500;

/** Where drafts go. */
interface Keeping {
  keep(draft: DraftValues): Promise<void>;
  drop(): Promise<void>;
  /** What to do about a draft that could not be kept. */
  failed(caught: unknown): void;
}

/** The draft of one form. */
export class Draft {
  #wanted: DraftValues | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #last: Promise<void> = Promise.resolve();
  /** What was handed over last, as JSON, so that nothing is written twice. */
  #known: string;

  constructor(
    private readonly keeping: Keeping,
    stored: DraftValues = {},
  ) {
    this.#known = JSON.stringify(stored);
  }

  /** Keeps these values once typing pauses; no values at all forget the draft at once. */
  want(values: DraftValues): void {
    this.#wanted = values;
    clearTimeout(this.#timer);
    if (Object.keys(values).length === 0) void this.flush();
    else this.#timer = setTimeout(() => void this.flush(), PAUSE_MS);
  }

  /** Keeps what is wanted now; resolves when nothing is on its way any more. */
  flush(): Promise<void> {
    clearTimeout(this.#timer);
    const values = this.#wanted;
    this.#wanted = null;
    const text = values && JSON.stringify(values);
    if (values && text !== null && text !== this.#known) {
      this.#known = text;
      this.#last = this.#last.then(async () => {
        try {
          await (text === "{}" ? this.keeping.drop() : this.keeping.keep(values));
        } catch (caught) {
          this.#known = "";
          this.keeping.failed(caught);
        }
      });
    }
    return this.#last;
  }

  /** A save has turned the draft into edits: nothing is stored any more, and nothing must arrive late. */
  async settle(): Promise<void> {
    clearTimeout(this.#timer);
    this.#wanted = null;
    await this.#last;
  }

  /** What is stored is no longer known: the next values are handed over in any case. */
  forget(): void {
    this.#known = "";
  }
}
