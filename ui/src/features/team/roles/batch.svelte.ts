// The state of the batch dialog: many role changes at once. The shell owns the batch; it is part of the snapshot.

import { batchRows, cancelBatch, closeBatch, retryBatch, runBatch, undoBatch } from "../../../host/commands";
import { asAppError } from "../../../host/failure";
import type { AppError, BatchRow, BatchView } from "../../../host/types";
import { app } from "../../../state/app.svelte";
import type { Team } from "../team.svelte";
import { isRunning, type RowFilter, rowsFingerprint } from "./batch-texts";
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
  /** The open confirmation: making people admins, or closing while the batch runs. */
  confirming = $state.raw<"admins" | "stop" | null>(null);
  /** The command in flight. */
  busy = $state.raw<BatchCommand | null>(null);
  failure = $state.raw<AppError | null>(null);
  /** The current time; updated while `startClock` is active. */
  now = $state(Date.now());
  #fingerprint: string | null = null;

  constructor(private readonly team: Team) {}

  /** The batch of the snapshot; null means that the dialog is closed. */
  get view(): BatchView | null {
    return app.snapshot.team?.batch ?? null;
  }

  /** Whether there is no connection. A batch cannot be started then. */
  get offline(): boolean {
    return app.snapshot.team?.rights.reason === "offline";
  }

  /** Applies the batch of a new snapshot: reloads the rows if they may have changed. */
  applySnapshot(view: BatchView | null): void {
    const fingerprint = view && rowsFingerprint(view);
    if (fingerprint === this.#fingerprint) return;
    const opened = this.#fingerprint === null;
    this.#fingerprint = fingerprint;
    if (!view) {
      this.#reset();
      return;
    }
    // The batch has finished while the user was asked whether to stop it.
    if (this.confirming === "stop" && !isRunning(view)) this.confirming = null;
    if (opened) this.setFilter("all");
    else this.rows.reload();
  }

  /** Shows all rows, or those in one state. */
  setFilter(filter: RowFilter): void {
    this.filter = filter;
    this.rows.query((from, count) => batchRows(filter === "all" ? null : filter, from, count));
  }

  /** Runs the planned changes. Asks for confirmation first if somebody becomes an admin. */
  async run(): Promise<void> {
    if (!this.view || this.view.changes === 0 || this.offline) return;
    if (this.view.confirmation && this.confirming !== "admins") this.confirming = "admins";
    else await this.execute("run");
  }

  /** Closes the open confirmation, or else the dialog. Asks for confirmation first if that stops a running batch. */
  async close(): Promise<void> {
    if (!this.view) return;
    if (this.confirming) this.back();
    else if (isRunning(this.view)) this.confirming = "stop";
    else await this.execute("close");
  }

  /** Closes the confirmation. */
  back(): void {
    if (!this.busy) this.confirming = null;
  }

  /** Executes a command, unless another one is in flight. */
  async execute(command: BatchCommand): Promise<void> {
    if (this.busy || !this.view) return;
    this.busy = command;
    this.failure = null;
    try {
      await COMMANDS[command]();
      // These commands make a new plan, which has other rows.
      if (command === "retry" || command === "undo") this.setFilter("all");
      if (command === "close") this.team.reloadRows();
    } catch (caught) {
      this.failure = asAppError(caught);
    } finally {
      this.busy = null;
      this.confirming = null;
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
    this.confirming = null;
    this.failure = null;
  }
}
