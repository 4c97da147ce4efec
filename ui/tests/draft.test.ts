import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import { Draft, PAUSE_MS } from "../src/form/draft";
import type { DraftValues } from "../src/host/types";

const named = (firstName: string): DraftValues => ({ firstName, base: { firstName: "Owner" } });

/** Notes what it is told, in order; `hold` keeps the next call open, `fail` lets every call fail. */
function keeping() {
  const told: (DraftValues | "drop")[] = [];
  let gate: Promise<boolean> = Promise.resolve(true);
  return {
    told,
    hold() {
      let open = () => {};
      gate = new Promise((done) => (open = () => done(true)));
      return open;
    },
    fail() {
      gate = Promise.resolve(false);
    },
    keep: (draft: DraftValues) => (told.push(draft), gate),
    drop: () => (told.push("drop"), gate),
  };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("a draft", () => {
  test("is kept once typing pauses, with the last values only", async () => {
    const to = keeping();
    const draft = new Draft(to);
    draft.want(named("O"));
    await vi.advanceTimersByTimeAsync(PAUSE_MS - 1);
    draft.want(named("Ol"));
    await vi.advanceTimersByTimeAsync(PAUSE_MS - 1);
    expect(to.told).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(to.told).toEqual([named("Ol")]);
  });

  test("is kept at once when a field is left, and not twice", async () => {
    const to = keeping();
    const draft = new Draft(to);
    draft.want(named("Ol"));
    await draft.flush();
    await draft.flush();
    draft.want(named("Ol"));
    await vi.advanceTimersByTimeAsync(PAUSE_MS);
    expect(to.told).toEqual([named("Ol")]);
  });

  test("is dropped at once when everything is back to what is saved", async () => {
    const to = keeping();
    const draft = new Draft(to, named("Ol"));
    draft.want(null);
    await draft.flush();
    expect(to.told).toEqual(["drop"]);
  });

  test("is not dropped where there is none", async () => {
    const to = keeping();
    const draft = new Draft(to);
    draft.want(null);
    await draft.flush();
    expect(to.told).toEqual([]);
  });

  test("goes out in order, and a save waits for what is on its way and stops what is not", async () => {
    const to = keeping();
    const draft = new Draft(to);
    const open = to.hold();
    draft.want(named("A"));
    void draft.flush();
    await Promise.resolve();
    draft.want(named("AB"));
    let settled = false;
    const settle = draft.settle().then(() => (settled = true));
    await vi.advanceTimersByTimeAsync(PAUSE_MS * 2);
    expect(settled).toBe(false);
    open();
    await settle;
    expect(to.told).toEqual([named("A")]);
  });

  test("is not dropped once more where a save has taken it, and is where nothing is known of it", async () => {
    const to = keeping();
    const draft = new Draft(to, named("Ol"));
    await draft.settle();
    draft.turned();
    draft.want(null);
    await draft.flush();
    expect(to.told).toEqual([]);
    await draft.settle();
    draft.want(null);
    await draft.flush();
    expect(to.told).toEqual(["drop"]);
  });

  test("is dropped where it was kept while a save was on its way", async () => {
    const to = keeping();
    const draft = new Draft(to);
    await draft.settle();
    draft.want(named("Ol"));
    await draft.flush();
    draft.turned();
    draft.want(null);
    await draft.flush();
    expect(to.told).toEqual([named("Ol"), "drop"]);
  });

  test("that could not be kept is told, and tried again with the next values", async () => {
    const to = keeping();
    const draft = new Draft(to);
    to.fail();
    draft.want(named("A"));
    expect(await draft.flush()).toBe(false);
    draft.want(named("A"));
    await draft.flush();
    expect(to.told).toHaveLength(2);
  });

  test("that is kept, or that is none, is told so", async () => {
    const draft = new Draft(keeping());
    expect(await draft.flush()).toBe(true);
    draft.want(named("A"));
    expect(await draft.flush()).toBe(true);
  });

  test("of which nothing is known any more is written in any case", async () => {
    const to = keeping();
    const draft = new Draft(to);
    draft.forget();
    draft.want(null);
    await draft.flush();
    expect(to.told).toEqual(["drop"]);
  });
});
