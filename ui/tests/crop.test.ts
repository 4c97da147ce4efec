// The geometry of the picture editor. What counts is that the preview shows what the result will be.

import { describe, expect, test } from "vitest";

import {
  type Crop, fitted, flipped, fromCrop, initial, largest, LARGE_STEP, lying, moved, placement, resized, same, slid, slider, smallest, stepped, toCrop,
  turned, wayFrom, zoom, zoomed,
} from "../src/features/picture/crop";
import { grip, gripped, spotAt, wheelFactor } from "../src/features/picture/gestures";

const wide = initial(1600, 900);
const tall = initial(900, 1600);
/** Part of a wide picture, off the middle. */
const part = moved(resized(wide, 400), -0.5, 0.25);

interface Point {
  x: number;
  y: number;
}

/** The pixel of the upright picture that the result has at a place from 0 to 1: as the shell does it. */
function pixelAt(crop: Crop, u: number, v: number): Point {
  const told = toCrop(crop);
  let x = told.x + u * told.side;
  let y = told.y + v * told.side;
  let { width, height } = lying(crop);
  for (let turn = 0; turn < told.turns; turn += 1) {
    [x, y] = [y, width - x];
    [width, height] = [height, width];
  }
  return { x: told.mirrored ? width - x : x, y };
}

/** The same as the preview shows it: from the place and the transform that the style gets. */
function pixelShown(crop: Crop, u: number, v: number): Point {
  const { x, y, width, height, transform } = placement(crop);
  const [, turn = NaN, mirror = NaN] = (transform.match(/^translate\(-50%, -50%\) rotate\((\d+)deg\) scaleX\((-?1)\)$/) ?? []).map(Number);
  const back = (-turn * Math.PI) / 180;
  const right = (u - x) * Math.cos(back) - (v - y) * Math.sin(back);
  const down = (u - x) * Math.sin(back) + (v - y) * Math.cos(back);
  return { x: ((right * mirror) / width + 0.5) * crop.width, y: (down / height + 0.5) * crop.height };
}

function near(one: Point, other: Point): void {
  expect(one.x).toBeCloseTo(other.x, 6);
  expect(one.y).toBeCloseTo(other.y, 6);
}

/** All eight ways that a picture can lie. */
const LYING = [0, 1, 2, 3].flatMap((turns) => {
  let crop = part;
  for (let turn = 0; turn < turns; turn += 1) crop = turned(crop, "right");
  return [crop, flipped(crop)];
});

describe("at first", () => {
  test("it is the largest square in the middle", () => {
    expect(toCrop(wide)).toEqual({ turns: 0, mirrored: false, x: 350, y: 0, side: 900, ground: null });
    expect(toCrop(tall)).toMatchObject({ x: 0, y: 350, side: 900 });
    expect(zoom(wide)).toBe(1);
  });
});

describe("the square", () => {
  test("stays inside the picture", () => {
    for (const [right, down] of [[9, 9], [-9, -9], [9, -9]] as const) {
      const { x, y, side } = toCrop(moved(part, right, down));
      expect([x === 0 || x === 1600 - side, y === 0 || y === 900 - side]).toEqual([true, true]);
    }
  });

  test("is neither larger than the picture nor smaller than what can be made out", () => {
    expect(resized(wide, 5000).side).toBe(900);
    expect(resized(wide, 1).side).toBe(64);
    expect(smallest(initial(4000, 3000))).toBe(187.5);
    expect(smallest(initial(40, 30))).toBe(30);
    expect(same(zoomed(initial(40, 30), 2), initial(40, 30))).toBe(true);
  });

  test("goes the other way than the picture", () => {
    expect(moved(part, 0.1, 0).x).toBe(part.x - 40);
    expect(stepped(part, "down", LARGE_STEP).y).toBe(part.y - 50);
    expect(stepped(part, "up").y).toBe(part.y + 12.5);
    expect((["left", "right", "up", "down"] as const).map((to) => wayFrom(part, stepped(part, to)))).toEqual(["left", "right", "up", "down"]);
    expect(wayFrom(part, part)).toBeNull();
  });

  test("says where it cannot go", () => {
    expect(same(stepped(wide, "up"), wide)).toBe(true);
    expect(same(stepped(wide, "left"), wide)).toBe(false);
  });
});

describe("zooming", () => {
  test("keeps what is under the pointer", () => {
    const spot = { u: 0.25, v: 0.75 };
    near(pixelAt(zoomed(part, 1.5, spot), 0.25, 0.75), pixelAt(part, 0.25, 0.75));
    near(pixelAt(zoomed(part, 0.9, spot), 0.25, 0.75), pixelAt(part, 0.25, 0.75));
  });

  test("out goes on where the picture ends, without leaving it", () => {
    const corner = moved(resized(wide, 100), 99, 99);
    expect(toCrop(zoomed(corner, 0.5, { u: 1, v: 1 }))).toMatchObject({ x: 0, y: 0, side: 200 });
  });

  test("at a limit moves nothing", () => {
    const least = resized(part, 0);
    expect(same(zoomed(least, 2, { u: 0, v: 0 }), least)).toBe(true);
  });

  test("by the slider is the same from both ends", () => {
    expect([slider(wide), slider(resized(wide, 0))]).toEqual([0, 1]);
    for (const to of [0, 0.3, 0.5, 1]) expect(slider(slid(part, to))).toBeCloseTo(to, 9);
    expect(slider(initial(30, 30))).toBe(0);
  });
});

describe("turning and flipping", () => {
  test("keep what is in the square", () => {
    for (const crop of LYING) {
      const middle = pixelAt(crop, 0.5, 0.5);
      for (const next of [turned(crop, "left"), turned(crop, "right"), flipped(crop)]) near(pixelAt(next, 0.5, 0.5), middle);
      near(pixelAt(turned(crop, "right"), 1, 0), pixelAt(crop, 0, 0));
      near(pixelAt(turned(crop, "left"), 0, 1), pixelAt(crop, 0, 0));
      near(pixelAt(flipped(crop), 0.2, 0.7), pixelAt(crop, 0.8, 0.7));
    }
  });

  test("can be undone by themselves", () => {
    for (const crop of LYING) {
      expect(flipped(flipped(crop))).toEqual(crop);
      expect(turned(turned(crop, "left"), "right")).toEqual(crop);
      expect(turned(turned(turned(turned(crop, "left"), "left"), "left"), "left")).toEqual(crop);
    }
  });

  test("leave nothing outside", () => {
    const corner = moved(resized(wide, 300), 99, -99);
    expect(same(moved(turned(corner, "right"), 0, 0), turned(corner, "right"))).toBe(true);
  });
});

describe("the whole picture", () => {
  test("fits with room on both sides alike", () => {
    expect(toCrop(fitted(part, true))).toMatchObject({ x: 0, y: -350, side: 1600 });
    expect(toCrop(fitted(turned(part, "right"), true))).toMatchObject({ turns: 1, x: -350, y: 0, side: 1600 });
    expect(zoom(fitted(wide, true))).toBe(1);
  });

  test("has no more room around it than it needs when it is zoomed", () => {
    const fit = zoomed(fitted(wide, true), 1.25);
    expect(fit.side).toBe(1280);
    expect(toCrop(fit).y).toBe(-190);
    expect(toCrop(moved(fit, 9, 9))).toMatchObject({ x: 0, y: -190 });
    expect(toCrop(moved(resized(fit, 500), 9, 9))).toMatchObject({ x: 0, y: 0 });
  });

  test("goes back to the largest square without room", () => {
    expect(fitted(fitted(part, true), false)).toEqual(wide);
  });
});

describe("the preview", () => {
  test("shows exactly what the result is", () => {
    for (const crop of [...LYING, ...LYING.map((one) => fitted(one, true)), wide, tall]) {
      for (const [u, v] of [[0, 0], [1, 0], [0, 1], [0.3, 0.8]] as const) near(pixelShown(crop, u, v), pixelAt(crop, u, v));
    }
  });
});

describe("the crop that the shell is told", () => {
  test("comes back as it was", () => {
    for (const crop of [...LYING, { ...fitted(LYING[3] ?? part, true), ground: "#aabbcc" }]) {
      const back = fromCrop(toCrop(crop), 1600, 900);
      expect(toCrop(back)).toEqual(toCrop(crop));
      expect(back.fit).toBe(crop.fit);
    }
  });

  test("is put right where it does not match the picture", () => {
    expect(toCrop(fromCrop({ turns: 1, mirrored: false, x: 5000, y: -5, side: 100, ground: null }, 1600, 900))).toMatchObject({ x: 800, y: 0 });
    expect(largest(fromCrop({ turns: 0, mirrored: false, x: 0, y: 0, side: 9000, ground: null }, 1600, 900))).toBe(1600);
  });
});

describe("fingers", () => {
  const box = { left: 100, top: 50, width: 320, height: 320 };

  test("take the picture along", () => {
    const before = grip([{ x: 200, y: 200 }]);
    const now = grip([{ x: 232, y: 184 }]);
    const { x, y } = gripped(part, before, now, box);
    expect([x - part.x, y - part.y]).toEqual([-40, 20]);
  });

  test("that part keep what is between them", () => {
    const before = grip([{ x: 200, y: 200 }, { x: 240, y: 200 }]);
    const now = grip([{ x: 180, y: 210 }, { x: 260, y: 210 }]);
    const next = gripped(part, before, now, box);
    expect(next.side).toBeCloseTo(part.side / 2, 9);
    const [from, to] = [spotAt(before, box), spotAt(now, box)];
    near(pixelAt(next, to.u, to.v), pixelAt(part, from.u, from.v));
  });

  test("on the wheel zoom in when it goes up, more so with Ctrl", () => {
    const wheel = (deltaY: number, ctrlKey = false, deltaMode = 0) => wheelFactor({ deltaY, deltaMode, ctrlKey });
    expect(wheel(-100)).toBeGreaterThan(1);
    expect(wheel(-100) * wheel(100)).toBeCloseTo(1, 9);
    expect(wheel(-3, true)).toBeGreaterThan(wheel(-3));
    expect(wheel(-3, false, 1)).toBe(wheel(-48));
  });
});
