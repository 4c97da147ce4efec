// What the whole page shows: the newest snapshot and the preferences. No rules here, and nothing typed.

import { readBoot } from "../host/boot";
import * as commands from "../host/commands";
import { onSnapshot } from "../host/events";
import { asAppError } from "../host/failure";
import type { AppError, Boot, Preferences, Snapshot } from "../host/types";
import { latest } from "./latest";
import { setInterfaceLanguage } from "./locale.svelte";

/** The state that every part of the page reads. */
class App {
  readonly boot: Boot = readBoot();
  snapshot = $state.raw<Snapshot>(this.boot.snapshot);
  preferences = $state.raw<Preferences>(this.boot.preferences);
  /** The last failure that has no place of its own on the page. */
  failure = $state.raw<AppError | null>(null);

  constructor() {
    setInterfaceLanguage(this.boot.snapshot.interfaceLanguage);
  }

  /** Takes a snapshot in, unless a later one is shown already. */
  receive = (arriving: Snapshot): void => {
    this.snapshot = latest(this.snapshot, arriving);
    setInterfaceLanguage(this.snapshot.interfaceLanguage);
  };

  /** Listens first and asks then, so that no state falls between the two. */
  async start(): Promise<void> {
    await this.attempt(async () => {
      await onSnapshot(this.receive);
      await this.renew();
    });
  }

  /** Fetches the newest state; after it, everything that a finished command did is visible. */
  async renew(): Promise<void> {
    this.receive(await commands.snapshot());
  }

  /** Runs something that has no place of its own for a failure; whether it worked. */
  async attempt(run: () => Promise<unknown>): Promise<boolean> {
    try {
      await run();
      this.failure = null;
      return true;
    } catch (caught) {
      this.failure = asAppError(caught);
      return false;
    }
  }

  /** Shows a preference at once and keeps it; shows the old one again where that fails. */
  async prefer(change: Partial<Preferences>): Promise<void> {
    const before = this.preferences;
    const after = { ...before, ...change };
    this.preferences = after;
    if (!(await this.attempt(() => commands.setPreferences(after)))) this.preferences = before;
  }
}

/** The one state of the page. */
export const app = new App();
