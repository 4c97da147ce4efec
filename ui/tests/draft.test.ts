import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import { Draft, PAUSE_MS } from "../src/features/profile/draft";
import type { DraftValues } from "../src/host/types";

/** Notes what it is told, in order; `hold` keeps the next call open. */
function keeping() {
  const told: (DraftValues | "drop")[] = [];
  const failed = vi.fn();
  let gate: Promise<void> = Promise.resolve();
  return {
    told,
    failed,
    hold() {
      let open = () => {};
      gate = new Promise((done) => (open = done));
      return open;
    },
    fail(reason: unknown) {
      gate = Promise.reject(reason);
      gate.catch(() => {});
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
    draft.want({ firstName: "O" });
    await vi.advanceTimersByTimeAsync(PAUSE_MS - 1);
    draft.want({ firstName: "Ol" });
    await vi.advanceTimersByTimeAsync(PAUSE_MS - 1);
    expect(to.told).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(to.told).toEqual([{ firstName: "Ol" }]);
  });

  test("is kept at once when a field is left, and not twice", async () => {
    const to = keeping();
    const draft = new Draft(to);
    draft.want({ firstName: "Ol" });
    await draft.flush();
    await draft.flush();
    draft.want({ firstName: "Ol" });
    await vi.advanceTimersByTimeAsync(PAUSE_MS);
    expect(to.told).toEqual([{ firstName: "Ol" }]);
  });

  test("is dropped at once when everything is back to what is saved", async () => {
    const to = keeping();
    const draft = new Draft(to, { firstName: "Ol" });
    draft.want({});
    await draft.flush();
    expect(to.told).toEqual(["drop"]);
  });

  test("is not dropped where there is none", async () => {
    const to = keeping();
    const draft = new Draft(to);
    draft.want({});
    await draft.flush();
    expect(to.told).toEqual([]);
  });

  test("goes out in order, and a save waits for what is on its way and stops what is not", async () => {
    const to = keeping();
    const draft = new Draft(to);
    const open = to.hold();
    draft.want({ firstName: "A" });
    void draft.flush();
    await Promise.resolve();
    draft.want({ firstName: "AB" });
    let settled = false;
    const settle = draft.settle().then(() => (settled = true));
    await vi.advanceTimersByTimeAsync(PAUSE_MS * 2);
    expect(settled).toBe(false);
    open();
    await settle;
    expect(to.told).toEqual([{ firstName: "A" }]);
  });

  test("that could not be kept is told, and tried again with the next values", async () => {
    const to = keeping();
    const draft = new Draft(to);
    to.fail("full");
    draft.want({ firstName: "A" });
    await draft.flush();
    expect(to.failed).toHaveBeenCalledWith("full");
    draft.want({ firstName: "A" });
    await draft.flush();
    expect(to.told).toHaveLength(2);
  });

  test("of which nothing is known any more is written in any case", async () => {
    const to = keeping();
    const draft = new Draft(to);
    draft.forget();
    draft.want({});
    await draft.flush();
    expect(to.told).toEqual(["drop"]);
  });
});
