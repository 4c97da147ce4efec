// The global state of the page: the newest snapshot of the Rust core. Unsaved input is in form/, not here.

import { readBoot } from "../host/boot";
import * as commands from "../host/commands";
import { followSnapshots } from "../host/snapshots";
import type { Boot, Preferences, Snapshot } from "../host/types";
import { windowFailures } from "./failures.svelte";
import { setInterfaceLanguage } from "./locale.svelte";

class AppState {
  readonly boot: Boot = readBoot();
  snapshot = $state.raw<Snapshot>(this.boot.snapshot);
  /**
   * Increases when the page switches to another account or to none. The account id is not enough to recognize an account
   * later, because ids may be reused.
   */
  accountGeneration = $state(0);
  /** Whether the first paint is done. Code that the first paint does not need is loaded only afterwards. */
  painted = $state(false);
  #preferenceQueue: Promise<unknown> = Promise.resolve();

  /** Loads code that the first paint does not need. Before the first paint, returns a promise that never resolves. */
  afterFirstPaint<T>(load: () => Promise<T>): Promise<T> {
    return this.painted ? load() : new Promise(() => {});
  }

  /** Shows a snapshot. */
  applySnapshot = (arriving: Snapshot): void => {
    const before = this.snapshot.account?.id;
    this.snapshot = arriving;
    if (this.snapshot.account?.id !== before) this.accountGeneration += 1;
    void this.#showLanguage();
  };

  /** Loads the language of the first paint. */
  async loadLanguage(): Promise<void> {
    await this.#showLanguage();
  }

  #showLanguage(): Promise<boolean> {
    const { interfaceLanguage } = this.snapshot;
    return windowFailures.attempt("language", () => setInterfaceLanguage(interfaceLanguage));
  }

  /** Shows each new snapshot, from the present one on. Resolves only if that fails. */
  async start(): Promise<void> {
    await windowFailures.attempt("start", () => followSnapshots(this.applySnapshot));
  }

  /** Saves changed preferences. Saves run one after another, because each sends all preferences. */
  async changePreferences(change: Partial<Preferences>): Promise<void> {
    const save = () =>
      windowFailures.attempt("preferences", () => commands.setPreferences({ ...this.snapshot.preferences, ...change }));
    this.#preferenceQueue = this.#preferenceQueue.then(save);
    await this.#preferenceQueue;
  }
}

/** The state of the page. */
export const app = new AppState();
