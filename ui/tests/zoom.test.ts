// The zoom of the page: its steps, keys and wheel.

import { beforeEach, describe, expect, test } from "vitest";

import { wheelZoom, zoomShortcut } from "../src/app/zoom";
import { app } from "../src/state/app.svelte";
import { zoom } from "../src/state/zoom.svelte";
import { zoomAfter } from "../src/state/zoom-steps";
import { host, settle } from "./host";
import { snapshot } from "./samples";

const event = { key: "", code: "", ctrlKey: true, metaKey: false, altKey: false, shiftKey: false };

describe("the steps", () => {
  test("lead from end to end and back", () => {
    const steps = [50];
    while (zoomAfter(steps.at(-1)!, "in") !== steps.at(-1)) steps.push(zoomAfter(steps.at(-1)!, "in"));
    expect(steps).toEqual([50, 67, 80, 90, 100, 110, 125, 150, 175, 200, 250, 300]);
    for (const [index, step] of steps.entries()) expect(zoomAfter(step, "out")).toBe(steps[Math.max(0, index - 1)]);
    expect(zoomAfter(300, "reset")).toBe(100);
  });

  test("begin at the nearest one if the value is between two", () => {
    expect([zoomAfter(115, "in"), zoomAfter(115, "out")]).toEqual([125, 110]);
    expect([zoomAfter(1000, "out"), zoomAfter(1, "in")]).toEqual([300, 50]);
  });
});

describe("the keys", () => {
  const shortcut = (change: Partial<typeof event>) => zoomShortcut({ ...event, ...change });

  test("work with and without Shift, and on the number pad", () => {
    expect(shortcut({ key: "+", code: "BracketRight" })).toBe("in");
    expect(shortcut({ key: "+", code: "Equal", shiftKey: true })).toBe("in");
    expect(shortcut({ key: "=", code: "Equal" })).toBe("in");
    expect(shortcut({ key: "+", code: "NumpadAdd" })).toBe("in");
    expect(shortcut({ key: "-", code: "Minus" })).toBe("out");
    expect(shortcut({ key: "_", code: "Minus", shiftKey: true })).toBe("out");
    expect(shortcut({ key: "-", code: "NumpadSubtract" })).toBe("out");
    expect(shortcut({ key: "0", code: "Digit0" })).toBe("reset");
    expect(shortcut({ key: "0", code: "Numpad0" })).toBe("reset");
    // French keyboard.
    expect(shortcut({ key: "à", code: "Digit0" })).toBe("reset");
  });

  test("need exactly one modifier", () => {
    const plus = { key: "+", code: "NumpadAdd" };
    expect(shortcut({ ...plus, ctrlKey: false })).toBe(null);
    expect(shortcut({ ...plus, altKey: true })).toBe(null);
    expect(shortcut({ ...plus, ctrlKey: false, metaKey: true })).toBe(null);
  });

  test("leave other keys alone, such as those of the number pad without Num Lock", () => {
    expect(shortcut({ key: "1", code: "Digit1" })).toBe(null);
    expect(shortcut({ key: "Insert", code: "Numpad0" })).toBe(null);
  });
});

describe("the wheel", () => {
  const turn = (pixels: readonly number[], change: Partial<WheelEvent> = {}) => {
    const zoomOf = wheelZoom(false);
    return pixels.map((deltaY) => zoomOf({ ...event, deltaY, deltaMode: 0, ...change }));
  };

  test("zooms one step per notch", () => {
    expect(turn([-120, -53, 120])).toEqual(["in", "in", "out"]);
    expect(turn([3, -3], { deltaMode: 1 })).toEqual(["out", "in"]);
  });

  test("adds up the small movements of a touchpad, in one direction", () => {
    expect(turn([30, 30, 30, 30])).toEqual(["wait", "wait", "wait", "out"]);
    expect(turn([30, 30, 30, -30, -30])).toEqual(["wait", "wait", "wait", "wait", "wait"]);
  });

  test("scrolls without the modifier", () => {
    expect(turn([120], { ctrlKey: false })).toEqual([null]);
  });
});

describe("a change", () => {
  beforeEach(() => app.applySnapshot(snapshot({})));

  test("is saved with the other preferences, and shown", async () => {
    await zoom.change("in");
    expect(host.payloads("set_preferences")).toEqual([{ preferences: { ...snapshot({}).preferences, zoom: 110 } }]);
    expect(zoom.toast.content?.text()).toBe("Zoom 100%");
  });

  test("does not wait for the one before", async () => {
    host.hold = true;
    void zoom.change("in");
    void zoom.change("in");
    expect(zoom.text).toBe("125%");
    for (let saves = 0; saves < 2; saves += 1) {
      await settle();
      host.pending.shift()?.resolve(snapshot({}).revision);
    }
    expect(host.payloads("set_preferences").map(({ preferences }) => preferences.zoom)).toEqual([110, 125]);
    host.hold = false;
  });

  test("beyond the last step is only shown", async () => {
    app.applySnapshot(snapshot({ preferences: { ...snapshot({}).preferences, zoom: 300 } }));
    await zoom.change("in");
    expect(host.calls).toEqual([]);
    expect(zoom.toast.content?.text()).toBe("Zoom 300%");
    expect([zoom.can("in"), zoom.can("out")]).toEqual([false, true]);
  });
});
