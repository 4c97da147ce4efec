import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import { Draft, PAUSE_MS } from "../src/form/draft";
import type { DraftValues } from "../src/host/types";

const named = (firstName: string): DraftValues => ({ firstName, base: { firstName: "Owner" } });

/**
 * A draft store that records its calls. `hold` delays the results until the returned function is called; `fail` makes
 * all further calls fail.
 */
function recordingStore() {
  const calls: (DraftValues | "drop")[] = [];
  let gate: Promise<boolean> = Promise.resolve(true);
  return {
    calls,
    hold() {
      let open = () => {};
      gate = new Promise((done) => (open = () => done(true)));
      return open;
    },
    fail() {
      gate = Promise.resolve(false);
    },
    keep: (draft: DraftValues) => (calls.push(draft), gate),
    drop: () => (calls.push("drop"), gate),
  };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("a draft", () => {
  test("is stored soon after the first change, with the last values only, while the user goes on typing", async () => {
    const store = recordingStore();
    const draft = new Draft(store);
    draft.schedule(named("O"));
    await vi.advanceTimersByTimeAsync(PAUSE_MS - 1);
    draft.schedule(named("Ol"));
    expect(store.calls).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(store.calls).toEqual([named("Ol")]);
    draft.schedule(named("Olg"));
    await vi.advanceTimersByTimeAsync(PAUSE_MS);
    expect(store.calls).toEqual([named("Ol"), named("Olg")]);
  });

  test("on a slow disk, is stored again only after the running command, with the last values only", async () => {
    const store = recordingStore();
    const draft = new Draft(store);
    const open = store.hold();
    for (const name of ["O", "Ol", "Olg", "Olga"]) {
      draft.schedule(named(name));
      await vi.advanceTimersByTimeAsync(PAUSE_MS);
    }
    expect(store.calls).toEqual([named("O")]);
    open();
    await vi.advanceTimersByTimeAsync(0);
    expect(store.calls).toEqual([named("O"), named("Olga")]);
  });

  test("is stored immediately on flush, and only once", async () => {
    const store = recordingStore();
    const draft = new Draft(store);
    draft.schedule(named("Ol"));
    await draft.flush();
    await draft.flush();
    draft.schedule(named("Ol"));
    await vi.advanceTimersByTimeAsync(PAUSE_MS);
    expect(store.calls).toEqual([named("Ol")]);
  });

  test("is deleted immediately when no values are left", async () => {
    const store = recordingStore();
    const draft = new Draft(store, named("Ol"));
    draft.schedule(null);
    await draft.flush();
    expect(store.calls).toEqual(["drop"]);
  });

  test("is not deleted if there is none", async () => {
    const store = recordingStore();
    const draft = new Draft(store);
    draft.schedule(null);
    await draft.flush();
    expect(store.calls).toEqual([]);
  });

  test("before a save, waits for commands in progress and cancels pending values", async () => {
    const store = recordingStore();
    const draft = new Draft(store);
    const open = store.hold();
    draft.schedule(named("A"));
    void draft.flush();
    await Promise.resolve();
    draft.schedule(named("AB"));
    let done = false;
    const waiting = draft.cancelPending().then(() => (done = true));
    await vi.advanceTimersByTimeAsync(PAUSE_MS * 2);
    expect(done).toBe(false);
    open();
    await waiting;
    expect(store.calls).toEqual([named("A")]);
  });

  test("is not deleted again after a save has deleted it, but is deleted if its state is unknown", async () => {
    const store = recordingStore();
    const draft = new Draft(store, named("Ol"));
    await draft.cancelPending();
    draft.deletedBySave();
    draft.schedule(null);
    await draft.flush();
    expect(store.calls).toEqual([]);
    await draft.cancelPending();
    draft.schedule(null);
    await draft.flush();
    expect(store.calls).toEqual(["drop"]);
  });

  test("is deleted if it was stored during a save", async () => {
    const store = recordingStore();
    const draft = new Draft(store);
    await draft.cancelPending();
    draft.schedule(named("Ol"));
    await draft.flush();
    draft.deletedBySave();
    draft.schedule(null);
    await draft.flush();
    expect(store.calls).toEqual([named("Ol"), "drop"]);
  });

  test("reports a failed write, and writes again with the next values", async () => {
    const store = recordingStore();
    const draft = new Draft(store);
    store.fail();
    draft.schedule(named("A"));
    expect(await draft.flush()).toBe(false);
    draft.schedule(named("A"));
    await draft.flush();
    expect(store.calls).toHaveLength(2);
  });

  test("reports success if it is stored or if there is none", async () => {
    const draft = new Draft(recordingStore());
    expect(await draft.flush()).toBe(true);
    draft.schedule(named("A"));
    expect(await draft.flush()).toBe(true);
  });

  test("is deleted if it is unknown whether one is stored", async () => {
    const store = recordingStore();
    const draft = new Draft(store);
    draft.markUnknown();
    draft.schedule(null);
    await draft.flush();
    expect(store.calls).toEqual(["drop"]);
  });
});
