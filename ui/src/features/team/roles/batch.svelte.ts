// Many changes of roles at once: what the dialog about them asks, does and shows.

import { batchRows, cancelBatch, closeBatch, retryBatch, runBatch, undoBatch } from "../../../host/commands";
import { asAppError } from "../../../host/failure";
import type { AppError, BatchRow, BatchView } from "../../../host/types";
import { app } from "../../../state/app.svelte";
import { team } from "../team.svelte";
import { type Filter, runs, stamp } from "./batch";
import { Windows } from "./windows.svelte";

/** What can be done with a batch. */
export type Deed = "run" | "cancel" | "retry" | "undo" | "close";

const DEEDS: Record<Deed, () => Promise<void>> = {
  run: runBatch, cancel: cancelBatch, retry: retryBatch, undo: undoBatch, close: closeBatch,
};

class Batch {
  readonly rows = new Windows<BatchRow>();
  filter = $state.raw<Filter>("all");
  /** What is asked once more: to make somebody an admin, or to close while it runs. */
  asks = $state.raw<"admins" | "stop" | null>(null);
  /** What is being done. */
  busy = $state.raw<Deed | null>(null);
  failure = $state.raw<AppError | null>(null);
  /** The present moment, as long as it waits. */
  now = $state(Date.now());
  #seen: string | null = null;

  /** The batch; none where there is no dialog. */
  get view(): BatchView | null {
    return app.snapshot.team?.batch ?? null;
  }

  /** Whether there is no connection, without which nothing is begun. */
  get offline(): boolean {
    return app.snapshot.team?.rights.reason === "offline";
  }

  /** Follows the state: rows are asked again when something about them changed. */
  follow(view: BatchView | null): void {
    const seen = view && stamp(view);
    if (seen === this.#seen) return;
    const opened = this.#seen === null;
    this.#seen = seen;
    if (!view) {
      this.#forget();
      return;
    }
    // A question that the state has overtaken is none any more.
    if (this.asks === "stop" && !runs(view)) this.asks = null;
    if (opened) this.show("all");
    else this.rows.again();
  }

  /** Shows all rows, or those of one state. */
  show(filter: Filter): void {
    this.filter = filter;
    this.rows.ask((from, count) => batchRows(filter === "all" ? null : filter, from, count));
  }

  /** "Change 47 roles": asks once more where somebody becomes an admin. */
  async run(): Promise<void> {
    if (!this.view || this.view.changes === 0 || this.offline) return;
    if (this.view.confirmation && this.asks !== "admins") this.asks = "admins";
    else await this.do("run");
  }

  /** Closes the dialog, or the question in it; asks first where closing cancels something. */
  async close(): Promise<void> {
    if (!this.view) return;
    if (this.asks) this.back();
    else if (runs(this.view)) this.asks = "stop";
    else await this.do("close");
  }

  /** Back from a question. */
  back(): void {
    if (!this.busy) this.asks = null;
  }

  /** Does something, once at a time. */
  async do(deed: Deed): Promise<void> {
    if (this.busy || !this.view) return;
    this.busy = deed;
    this.failure = null;
    try {
      await DEEDS[deed]();
      await app.renew();
      // What is planned anew has other rows.
      if (deed === "retry" || deed === "undo") this.show("all");
      if (deed === "close") team.again();
    } catch (caught) {
      this.failure = asAppError(caught);
    } finally {
      this.busy = null;
      this.asks = null;
    }
  }

  /** Lets the present moment go on, each second; answers how to stop. */
  tick(): () => void {
    this.now = Date.now();
    const timer = setInterval(() => (this.now = Date.now()), 1000);
    return () => clearInterval(timer);
  }

  #forget(): void {
    this.rows.clear();
    this.filter = "all";
    this.asks = null;
    this.failure = null;
  }
}

/** The batch that the dialog is about. */
export const batch = new Batch();
