// What the whole page shows: the newest snapshot. No rules here, and nothing typed.

import { readBoot } from "../host/boot";
import * as commands from "../host/commands";
import { onSnapshot } from "../host/events";
import type { Boot, Preferences, Snapshot } from "../host/types";
import { failures } from "./failures.svelte";
import { latest } from "./latest";
import { setInterfaceLanguage } from "./locale.svelte";

/** How long the outcome of a save is waited for, as the shell does before it tells of anything that passes. */
const PATIENCE_MS = 50;

/** The state that every part of the page reads. */
class App {
  readonly boot: Boot = readBoot();
  snapshot = $state.raw<Snapshot>(this.boot.snapshot);
  /** Grows whenever another account, or none, is on the page. Ids of accounts do not tell that: they may be used again. */
  turn = $state(0);
  /** Whether the first paint is over, and what it does without may be loaded. */
  painted = $state(false);
  #preferring: Promise<unknown> = Promise.resolve();
  /** Who waits for the next snapshot. */
  #heard: () => void = () => {};

  constructor() {
    setInterfaceLanguage(this.boot.snapshot.interfaceLanguage);
  }

  /** Loads what the first paint does without, once that is over. */
  later<T>(load: () => Promise<T>): Promise<T> {
    return this.painted ? load() : new Promise(() => {});
  }

  /** Takes a snapshot in, unless a later one is shown already. */
  receive = (arriving: Snapshot): void => {
    const before = this.snapshot.account?.id;
    this.snapshot = latest(this.snapshot, arriving);
    if (this.snapshot.account?.id !== before) this.turn += 1;
    setInterfaceLanguage(this.snapshot.interfaceLanguage);
    this.#heard();
  };

  /**
   * Takes in the snapshot after a save, unless what came of it comes in at once: that something is on its way is not
   * drawn where nobody could see it.
   */
  async receiveLasting(arriving: Snapshot): Promise<void> {
    if (this.snapshot.revision <= arriving.revision) {
      await new Promise<void>((done) => {
        this.#heard = done;
        setTimeout(done, PATIENCE_MS);
      });
    }
    this.receive(arriving);
  }

  /** Listens first and asks then, so that no state falls between the two. */
  async start(): Promise<void> {
    await failures.attempt("start", async () => {
      await onSnapshot(this.receive);
      await this.renew();
    });
  }

  /** Fetches the newest state; after it, everything that a finished command did is visible. */
  async renew(): Promise<void> {
    this.receive(await commands.snapshot());
  }

  /** Keeps a preference. One at a time: each sends all of them, with what the one before has changed. */
  async prefer(change: Partial<Preferences>): Promise<void> {
    const keep = () =>
      failures.attempt("preferences", async () => {
        await commands.setPreferences({ ...this.snapshot.preferences, ...change });
        await this.renew();
      });
    this.#preferring = this.#preferring.then(keep);
    await this.#preferring;
  }
}

/** The one state of the page. */
export const app = new App();
