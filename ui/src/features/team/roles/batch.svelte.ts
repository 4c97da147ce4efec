// The state of the batch dialog and of the batch in the foot of the page: many role changes at once. The shell owns the
// batch; it is part of the snapshot.

import { errorText } from "../../../errors/table";
import { batchRows, cancelBatch, closeBatch, openBatch, retryBatch, runBatch, undoBatch } from "../../../host/commands";
import { asAppError } from "../../../host/failure";
import type { AppError, BatchRow, BatchView } from "../../../host/types";
import { app } from "../../../state/app.svelte";
import { isAbsent } from "../absent";
import type { Team } from "../team.svelte";
import { isIncomplete, isRunning, type RowFilter, rowsFingerprint } from "./batch-texts";
import { PagedRows } from "./paged-rows.svelte";

/** A command on the batch. */
type BatchCommand = "run" | "cancel" | "retry" | "undo" | "close";

const COMMANDS: Record<BatchCommand, () => Promise<void>> = {
  run: runBatch, cancel: cancelBatch, retry: retryBatch, undo: undoBatch, close: closeBatch,
};

/** The state of the batch dialog. */
export class Batch {
  rows = $state.raw(new PagedRows<BatchRow>());
  filter = $state.raw<RowFilter>("all");
  /** Whether the dialog is open. A batch that is not a plan is also shown in the foot of the page. */
  open = $state(false);
  /** Whether the dialog asks for a confirmation: the batch makes people admins, or takes that role from them. */
  confirming = $state(false);
  /** The command in flight. */
  busy = $state.raw<BatchCommand | null>(null);
  failure = $state.raw<AppError | null>(null);
  /** The current time; updated while `startClock` is active. */
  now = $state(Date.now());
  #fingerprint: string | null = null;
  #state: BatchView["state"] | null = null;

  constructor(private readonly team: Team) {}

  /** The batch of the snapshot, if there is one. */
  get view(): BatchView | null {
    return app.snapshot.batch;
  }

  /** Whether there is no connection. A batch cannot be started then. */
  get offline(): boolean {
    return isAbsent(app.snapshot.team?.rights.reason ?? null);
  }

  /** Applies the batch of a new snapshot: reloads the rows if they may have changed. */
  applySnapshot(view: BatchView | null): void {
    const fingerprint = view && rowsFingerprint(view);
    if (fingerprint === this.#fingerprint) return;
    const opened = this.#fingerprint === null;
    const replaced = view?.state === "planned" && this.#state !== "planned";
    this.#fingerprint = fingerprint;
    this.#state = view?.state ?? null;
    if (!view) {
      this.#reset();
      return;
    }
    // A new plan is shown at once. A batch that comes back from the disk waits in the foot of the page.
    if (replaced) this.open = true;
    if (opened || replaced) this.setFilter("all");
    else this.rows.reload();
  }

  /** Shows all rows, or those in one state. */
  setFilter(filter: RowFilter): void {
    this.filter = filter;
    this.rows.query((from, count) => batchRows(filter === "all" ? null : filter, from, count));
  }

  /** Runs the planned changes. Asks for confirmation first if people become admins, or several stop being admins. */
  async run(): Promise<void> {
    if (!this.view || this.view.changes === 0 || this.offline) return;
    if (this.view.confirmation && !this.confirming) this.confirming = true;
    else await this.execute("run");
  }

  /**
   * Closes the open confirmation, or else the dialog. A batch that runs, or that can be continued, stays in the foot of the
   * page. So does the batch before a plan that is discarded.
   */
  async close(): Promise<void> {
    if (!this.view) return;
    if (this.confirming) return this.back();
    const stays = this.view.state !== "planned" && (isRunning(this.view) || isIncomplete(this.view));
    if (!stays) await this.execute("close");
    if (!this.failure) this.open = false;
  }

  /** The text of the last failure; empty if there is none. */
  get failureText(): string {
    return this.failure ? errorText(this.failure) : "";
  }

  /** Shows a batch of the history in the dialog. */
  async openFromHistory(id: string): Promise<void> {
    await openBatch(id);
    this.open = true;
  }

  /** Closes the confirmation. */
  back(): void {
    if (!this.busy) this.confirming = false;
  }

  /** Executes a command, unless another one is in flight. */
  async execute(command: BatchCommand): Promise<void> {
    if (this.busy || !this.view) return;
    // A batch that waits goes on with the same rows.
    const hadEnded = !isRunning(this.view);
    this.busy = command;
    this.failure = null;
    try {
      await COMMANDS[command]();
      // These commands make a new plan, which has other rows.
      if (hadEnded && (command === "retry" || command === "undo")) this.setFilter("all");
      if (command === "close") this.team.reloadRows();
    } catch (caught) {
      this.failure = asAppError(caught);
    } finally {
      this.busy = null;
      this.confirming = false;
    }
  }

  /** Updates `now` every second; returns a function that stops it. */
  startClock(): () => void {
    this.now = Date.now();
    const timer = setInterval(() => (this.now = Date.now()), 1000);
    return () => clearInterval(timer);
  }

  #reset(): void {
    this.rows = new PagedRows();
    this.filter = "all";
    this.open = false;
    this.confirming = false;
    this.failure = null;
  }
}
