// The geometry of the picture editor. Most important: the preview shows exactly the part that will be in the result.

import { describe, expect, test } from "vitest";

import {
  type Crop, fitted, flipped, fromPictureCrop, initialCrop, maxSide, LARGE_STEP, rotatedSize, moved, placement, resized, sameCrop, withSliderValue, sliderValue, minSide, stepped, toPictureCrop,
  rotated, moveDirection, zoom, zoomed,
} from "../src/features/picture/crop";
import { grip, cropAfterGrip, spotAt, wheelFactor } from "../src/features/picture/gestures";

const wide = initialCrop(1600, 900);
const tall = initialCrop(900, 1600);
/** A part of a wide picture, not in its center. */
const part = moved(resized(wide, 400), -0.5, 0.25);

interface Point {
  x: number;
  y: number;
}

/** The pixel of the upright picture at position (u, v) of the result, computed as in the Rust core. */
function pixelAt(crop: Crop, u: number, v: number): Point {
  const pictureCrop = toPictureCrop(crop);
  let x = pictureCrop.x + u * pictureCrop.side;
  let y = pictureCrop.y + v * pictureCrop.side;
  let { width, height } = rotatedSize(crop);
  for (let turn = 0; turn < pictureCrop.turns; turn += 1) {
    [x, y] = [y, width - x];
    [width, height] = [height, width];
  }
  return { x: pictureCrop.mirrored ? width - x : x, y };
}

/** The pixel of the upright picture at position (u, v) of the preview, computed from its position and CSS transform. */
function pixelShown(crop: Crop, u: number, v: number): Point {
  const { x, y, width, height, transform } = placement(crop);
  const [, degrees = NaN, mirror = NaN] = (transform.match(/^translate\(-50%, -50%\) rotate\((\d+)deg\) scaleX\((-?1)\)$/) ?? []).map(Number);
  const back = (-degrees * Math.PI) / 180;
  const right = (u - x) * Math.cos(back) - (v - y) * Math.sin(back);
  const down = (u - x) * Math.sin(back) + (v - y) * Math.cos(back);
  return { x: ((right * mirror) / width + 0.5) * crop.width, y: (down / height + 0.5) * crop.height };
}

function expectSamePoint(one: Point, other: Point): void {
  expect(one.x).toBeCloseTo(other.x, 6);
  expect(one.y).toBeCloseTo(other.y, 6);
}

/** All eight orientations: four rotations, each also mirrored. */
const ORIENTATIONS = [0, 1, 2, 3].flatMap((turns) => {
  let crop = part;
  for (let turn = 0; turn < turns; turn += 1) crop = rotated(crop, "right");
  return [crop, flipped(crop)];
});

describe("the initial crop", () => {
  test("is the largest square in the center", () => {
    expect(toPictureCrop(wide)).toEqual({ turns: 0, mirrored: false, x: 350, y: 0, side: 900, ground: null });
    expect(toPictureCrop(tall)).toMatchObject({ x: 0, y: 350, side: 900 });
    expect(zoom(wide)).toBe(1);
  });
});

describe("the square", () => {
  test("stays inside the picture", () => {
    for (const [right, down] of [[9, 9], [-9, -9], [9, -9]] as const) {
      const { x, y, side } = toPictureCrop(moved(part, right, down));
      expect([x === 0 || x === 1600 - side, y === 0 || y === 900 - side]).toEqual([true, true]);
    }
  });

  test("is limited to a minimum and a maximum side", () => {
    expect(resized(wide, 5000).side).toBe(900);
    expect(resized(wide, 1).side).toBe(64);
    expect(minSide(initialCrop(4000, 3000))).toBe(187.5);
    expect(minSide(initialCrop(40, 30))).toBe(30);
    expect(sameCrop(zoomed(initialCrop(40, 30), 2), initialCrop(40, 30))).toBe(true);
  });

  test("moves in the opposite direction of the picture", () => {
    expect(moved(part, 0.1, 0).x).toBe(part.x - 40);
    expect(stepped(part, "down", LARGE_STEP).y).toBe(part.y - 50);
    expect(stepped(part, "up").y).toBe(part.y + 12.5);
    expect((["left", "right", "up", "down"] as const).map((to) => moveDirection(part, stepped(part, to)))).toEqual(["left", "right", "up", "down"]);
    expect(moveDirection(part, part)).toBeNull();
  });

  test("does not change at the edge of the picture", () => {
    expect(sameCrop(stepped(wide, "up"), wide)).toBe(true);
    expect(sameCrop(stepped(wide, "left"), wide)).toBe(false);
  });
});

describe("zooming", () => {
  test("keeps the pixel under the pointer in place", () => {
    const spot = { u: 0.25, v: 0.75 };
    expectSamePoint(pixelAt(zoomed(part, 1.5, spot), 0.25, 0.75), pixelAt(part, 0.25, 0.75));
    expectSamePoint(pixelAt(zoomed(part, 0.9, spot), 0.25, 0.75), pixelAt(part, 0.25, 0.75));
  });

  test("out moves the square back inside when it reaches an edge", () => {
    const corner = moved(resized(wide, 100), 99, 99);
    expect(toPictureCrop(zoomed(corner, 0.5, { u: 1, v: 1 }))).toMatchObject({ x: 0, y: 0, side: 200 });
  });

  test("beyond the limit changes nothing", () => {
    const least = resized(part, 0);
    expect(sameCrop(zoomed(least, 2, { u: 0, v: 0 }), least)).toBe(true);
  });

  test("by the slider: a value that is set is read back", () => {
    expect([sliderValue(wide), sliderValue(resized(wide, 0))]).toEqual([0, 1]);
    for (const to of [0, 0.3, 0.5, 1]) expect(sliderValue(withSliderValue(part, to))).toBeCloseTo(to, 9);
    expect(sliderValue(initialCrop(30, 30))).toBe(0);
  });
});

describe("rotating and flipping", () => {
  test("keep the same part of the picture in the square", () => {
    for (const crop of ORIENTATIONS) {
      const middle = pixelAt(crop, 0.5, 0.5);
      for (const next of [rotated(crop, "left"), rotated(crop, "right"), flipped(crop)]) expectSamePoint(pixelAt(next, 0.5, 0.5), middle);
      expectSamePoint(pixelAt(rotated(crop, "right"), 1, 0), pixelAt(crop, 0, 0));
      expectSamePoint(pixelAt(rotated(crop, "left"), 0, 1), pixelAt(crop, 0, 0));
      expectSamePoint(pixelAt(flipped(crop), 0.2, 0.7), pixelAt(crop, 0.8, 0.7));
    }
  });

  test("can be reverted by the opposite action", () => {
    for (const crop of ORIENTATIONS) {
      expect(flipped(flipped(crop))).toEqual(crop);
      expect(rotated(rotated(crop, "left"), "right")).toEqual(crop);
      expect(rotated(rotated(rotated(rotated(crop, "left"), "left"), "left"), "left")).toEqual(crop);
    }
  });

  test("keep the square inside the picture", () => {
    const corner = moved(resized(wide, 300), 99, -99);
    expect(sameCrop(moved(rotated(corner, "right"), 0, 0), rotated(corner, "right"))).toBe(true);
  });
});

describe("the whole picture", () => {
  test("is centered, with equal space on both sides", () => {
    expect(toPictureCrop(fitted(part, true))).toMatchObject({ x: 0, y: -350, side: 1600 });
    expect(toPictureCrop(fitted(rotated(part, "right"), true))).toMatchObject({ turns: 1, x: -350, y: 0, side: 1600 });
    expect(zoom(fitted(wide, true))).toBe(1);
  });

  test("has no more space around it than necessary when zoomed", () => {
    const fit = zoomed(fitted(wide, true), 1.25);
    expect(fit.side).toBe(1280);
    expect(toPictureCrop(fit).y).toBe(-190);
    expect(toPictureCrop(moved(fit, 9, 9))).toMatchObject({ x: 0, y: -190 });
    expect(toPictureCrop(moved(resized(fit, 500), 9, 9))).toMatchObject({ x: 0, y: 0 });
  });

  test("can be switched back to the largest square", () => {
    expect(fitted(fitted(part, true), false)).toEqual(wide);
  });
});

describe("the preview", () => {
  test("shows exactly the same part as the result", () => {
    for (const crop of [...ORIENTATIONS, ...ORIENTATIONS.map((one) => fitted(one, true)), wide, tall]) {
      for (const [u, v] of [[0, 0], [1, 0], [0, 1], [0.3, 0.8]] as const) expectSamePoint(pixelShown(crop, u, v), pixelAt(crop, u, v));
    }
  });
});

describe("the conversion to the shell's format and back", () => {
  test("keeps the crop", () => {
    for (const crop of [...ORIENTATIONS, { ...fitted(ORIENTATIONS[3] ?? part, true), ground: "#aabbcc" }]) {
      const back = fromPictureCrop(toPictureCrop(crop), 1600, 900);
      expect(toPictureCrop(back)).toEqual(toPictureCrop(crop));
      expect(back.fit).toBe(crop.fit);
    }
  });

  test("corrects a crop that does not match the picture", () => {
    expect(toPictureCrop(fromPictureCrop({ turns: 1, mirrored: false, x: 5000, y: -5, side: 100, ground: null }, 1600, 900))).toMatchObject({ x: 800, y: 0 });
    expect(maxSide(fromPictureCrop({ turns: 0, mirrored: false, x: 0, y: 0, side: 9000, ground: null }, 1600, 900))).toBe(1600);
  });
});

describe("pointers and wheel", () => {
  const box = { left: 100, top: 50, width: 320, height: 320 };

  test("one pointer drags the picture", () => {
    const before = grip([{ x: 200, y: 200 }]);
    const now = grip([{ x: 232, y: 184 }]);
    const { x, y } = cropAfterGrip(part, before, now, box);
    expect([x - part.x, y - part.y]).toEqual([-40, 20]);
  });

  test("two pointers zoom, and keep the part between them in place", () => {
    const before = grip([{ x: 200, y: 200 }, { x: 240, y: 200 }]);
    const now = grip([{ x: 180, y: 210 }, { x: 260, y: 210 }]);
    const next = cropAfterGrip(part, before, now, box);
    expect(next.side).toBeCloseTo(part.side / 2, 9);
    const [from, to] = [spotAt(before, box), spotAt(now, box)];
    expectSamePoint(pixelAt(next, to.u, to.v), pixelAt(part, from.u, from.v));
  });

  test("the wheel zooms in when it moves up, and faster with Ctrl", () => {
    const wheel = (deltaY: number, ctrlKey = false, deltaMode = 0) => wheelFactor({ deltaY, deltaMode, ctrlKey });
    expect(wheel(-100)).toBeGreaterThan(1);
    expect(wheel(-100) * wheel(100)).toBeCloseTo(1, 9);
    expect(wheel(-3, true)).toBeGreaterThan(wheel(-3));
    expect(wheel(-3, false, 1)).toBe(wheel(-48));
  });
});
