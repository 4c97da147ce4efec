// A fake shell for the tests. It takes the place of Tauri's IPC, so the tests also cover host/commands.ts and events.ts.

import type { Boot, Snapshot } from "../src/host/types";
import { snapshot } from "./samples";

/** A command that the page has sent. */
export interface Call {
  readonly command: string;
  // The tests know the payload of the command that they look at.
  readonly payload: any;
}

/** A command that waits for the test. */
export interface PendingCall extends Call {
  readonly resolve: (value?: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** A function of the page that handles an event. */
type Listener = (event: { event: string; id: number; payload: unknown }) => void;

class FakeHost {
  /** The state. After each command, the page gets it, and the command returns its revision. */
  snapshot: Snapshot = snapshot({});
  /** All commands except `next_snapshot`, oldest first. */
  calls: Call[] = [];
  /** Commands that wait for the test to resolve or reject them, oldest first. Only with `hold`. */
  pending: PendingCall[] = [];
  /** Responses by command; they may be promises. Other commands resolve to the revision. */
  responses: Record<string, (payload: Call["payload"]) => unknown> = {};
  /** Whether commands without a response wait for the test. Commands about drafts never wait. */
  hold = false;

  /** The payloads of all calls of a command. */
  payloads = (command: string): Call["payload"][] =>
    this.calls.filter((call) => call.command === command).map(({ payload }) => payload);

  /** The names of the pending commands. */
  pendingCommands = (): string[] => this.pending.map(({ command }) => command);

  /** Makes a command succeed with a response. */
  respondWith(command: string, response: unknown): void {
    this.responses[command] = () => response;
  }

  /** Makes a command fail. */
  failWith(command: string, error: unknown): void {
    this.responses[command] = () => Promise.reject(error);
  }

  #callbacks: Listener[] = [];
  #listeners: Record<string, Listener | undefined> = {};

  /** Sends an event to the page, if it listens. */
  emit(event: string, payload: unknown): void {
    this.#listeners[event]?.({ event, id: 0, payload });
  }

  /** Snapshots that the page has not asked for yet. */
  #snapshots: Snapshot[] = [];
  #awaited: ((snapshot: Snapshot) => void) | null = null;

  /** Sends a snapshot to the page, as soon as it asks for one. */
  sendSnapshot(sent: Snapshot): void {
    this.#snapshots.push(sent);
    const next = this.#awaited && this.#snapshots.shift();
    if (next) this.#awaited?.(next);
    if (next) this.#awaited = null;
  }

  #nextSnapshot(after: number | null): Snapshot | Promise<Snapshot> {
    if (after === null) this.#snapshots = [];
    const next = after === null ? this.snapshot : this.#snapshots.shift();
    return next ?? new Promise((resolve) => (this.#awaited = resolve));
  }

  transformCallback = (callback: Listener): number => this.#callbacks.push(callback) - 1;

  invoke = async (command: string, payload: Call["payload"]): Promise<unknown> => {
    if (command === "plugin:event|listen") {
      this.#listeners[payload.event] = this.#callbacks[payload.handler];
      return 0;
    }
    if (command === "next_snapshot") return this.#nextSnapshot(payload.after);
    const response = await this.#respond(command, payload);
    if (response !== undefined) return response;
    this.sendSnapshot(this.snapshot);
    return this.snapshot.revision;
  };

  #respond(command: string, payload: Call["payload"]): unknown {
    this.calls.push({ command, payload });
    const response = this.responses[command];
    if (response) return response(payload);
    if (!this.hold || command.endsWith("_draft")) return undefined;
    return new Promise((resolve, reject) => this.pending.push({ command, payload, resolve, reject }));
  }
}

/** The fake shell of this test file. */
export const host = new FakeHost();

/** The boot data of the page. */
export const boot: Boot = {
  snapshot: snapshot({}),
  firstPage: null,
  servers: [{ key: "sandbox", kind: "sandbox" }],
  pictureOrigin: "pictures/",
  dataFolder: "",
  version: "",
  languages: ["es", "en", "fr", "de", "it", "zh", "pt", "ru"],
  limits: { nameLength: 128, pictureBytes: 64 * 1024 * 1024, pictureSide: 512, listBytes: 16 * 1024 * 1024 },
};

/** A picture in the page. It loads at once. */
class FakeImage {
  src = "";
  decode = (): Promise<void> => Promise.resolve();
}

/** The globals that the shell and the web view provide. */
export const globals = {
  Image: FakeImage,
  document: { documentElement: {}, activeElement: null, addEventListener: () => {}, removeEventListener: () => {} },
  navigator: { languages: ["en"], platform: "Linux x86_64" },
  window: { __LAPEL__: boot, __TAURI_INTERNALS__: { invoke: host.invoke, transformCallback: host.transformCallback } },
};

/** Waits until all promises that are already resolved have been handled. */
export const settle = (): Promise<void> => new Promise((done) => setTimeout(done));
