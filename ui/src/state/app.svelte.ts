// The global state of the page: the newest snapshot of the Rust core. Unsaved input is in form/, not here.

import { readBoot } from "../host/boot";
import * as commands from "../host/commands";
import { onSnapshot } from "../host/events";
import type { Boot, Preferences, Snapshot } from "../host/types";
import { windowFailures } from "./failures.svelte";
import { setInterfaceLanguage } from "./locale.svelte";

/**
 * How long to wait for the outcome of a save. The Rust core also waits this long before it publishes a short-lived
 * state.
 */
const SAVE_OUTCOME_WAIT_MS = 50;

/**
 * The snapshot with the higher revision; `arriving` if both have the same. Events and command responses can arrive out
 * of order, so an older snapshot must not replace a newer one.
 */
export function newerSnapshot(shown: Snapshot, arriving: Snapshot): Snapshot {
  return arriving.revision < shown.revision ? shown : arriving;
}

class AppState {
  readonly boot: Boot = readBoot();
  snapshot = $state.raw<Snapshot>(this.boot.snapshot);
  /**
   * Increases when the page switches to another account or to none. Account ids cannot tell that: they may be reused.
   */
  accountGeneration = $state(0);
  /** Whether the first paint is done, so that code that it does not need may be loaded. */
  painted = $state(false);
  #preferenceQueue: Promise<unknown> = Promise.resolve();
  /** Called after each snapshot. */
  #onSnapshot: () => void = () => {};

  constructor() {
    setInterfaceLanguage(this.boot.snapshot.interfaceLanguage);
  }

  /** Loads code that the first paint does not need. Before the first paint, the promise never resolves. */
  afterFirstPaint<T>(load: () => Promise<T>): Promise<T> {
    return this.painted ? load() : new Promise(() => {});
  }

  /** Shows a snapshot, unless a newer one is already shown. */
  applySnapshot = (arriving: Snapshot): void => {
    const before = this.snapshot.account?.id;
    this.snapshot = newerSnapshot(this.snapshot, arriving);
    if (this.snapshot.account?.id !== before) this.accountGeneration += 1;
    setInterfaceLanguage(this.snapshot.interfaceLanguage);
    this.#onSnapshot();
  };

  /**
   * Shows the snapshot after a save. Waits briefly first: if the outcome arrives in that time, the page shows it
   * directly, without a flash of "Saving…".
   */
  async applySaved(arriving: Snapshot): Promise<void> {
    if (this.snapshot.revision <= arriving.revision) {
      await new Promise<void>((done) => {
        this.#onSnapshot = done;
        setTimeout(done, SAVE_OUTCOME_WAIT_MS);
      });
    }
    this.applySnapshot(arriving);
  }

  /** Subscribes first and then fetches the snapshot, so that no change is missed in between. */
  async start(): Promise<void> {
    await windowFailures.attempt("start", async () => {
      await onSnapshot(this.applySnapshot);
      await this.fetchSnapshot();
    });
  }

  /** Fetches the newest snapshot. Call it after a command, to show everything that the command changed. */
  async fetchSnapshot(): Promise<void> {
    this.applySnapshot(await commands.snapshot());
  }

  /** Saves changed preferences. Saves run one after another, because each sends all preferences. */
  async changePreferences(change: Partial<Preferences>): Promise<void> {
    const save = () =>
      windowFailures.attempt("preferences", async () => {
        await commands.setPreferences({ ...this.snapshot.preferences, ...change });
        await this.fetchSnapshot();
      });
    this.#preferenceQueue = this.#preferenceQueue.then(save);
    await this.#preferenceQueue;
  }
}

/** The state of the page. */
export const app = new AppState();
