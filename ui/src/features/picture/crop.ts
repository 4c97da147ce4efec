// Which square of a picture is used, and how it lies: all of the editor's geometry. Pure.
//
// A picture is upright, then mirrored, then turned; the square is measured in the pixels of what that gives. Moving the
// picture one way moves the square the other way.

import type { PictureCrop } from "../../host/types";

/** A square over a picture. `x` and `y` are its middle. */
export interface Crop {
  /** Of the upright picture. */
  readonly width: number;
  readonly height: number;
  /** Quarter turns clockwise. */
  readonly turns: number;
  readonly mirrored: boolean;
  readonly x: number;
  readonly y: number;
  readonly side: number;
  /** Whether the square may reach beyond the picture. */
  readonly fit: boolean;
  /** The colour behind the picture; null for none. */
  readonly ground: string | null;
}

/** A place in the square, from 0 to 1 each. */
export interface Spot {
  readonly u: number;
  readonly v: number;
}

export type Direction = "left" | "right" | "up" | "down";

/** The side of the finished picture; a smaller square is enlarged. */
export const RESULT = 512;

/** How far one press moves the picture, as a part of the square; the larger one with Shift. */
export const STEP = 1 / 32;
export const LARGE_STEP = 1 / 8;

/** How much one press zooms. */
export const ZOOM_STEP = 1.1;

const MIDDLE: Spot = { u: 0.5, v: 0.5 };

/** Width and height as the picture lies now. */
export function lying({ width, height, turns }: Crop): { width: number; height: number } {
  return turns % 2 === 0 ? { width, height } : { width: height, height: width };
}

/** The largest side that the square may have. */
export const largest = ({ width, height, fit }: Crop): number => (fit ? Math.max(width, height) : Math.min(width, height));

/** The smallest one. Less would show single pixels only. */
export function smallest({ width, height }: Crop): number {
  const least = Math.min(width, height);
  return Math.min(least, Math.max(64, least / 16));
}

/** How much larger than at first the picture is seen: 1 to 16, or more where all of a long one is seen at first. */
export const zoom = (crop: Crop): number => largest(crop) / crop.side;

/** The middle of the square on an axis: no more emptiness than there must be, and that on both sides alike. */
function within(middle: number, side: number, length: number): number {
  if (side >= length) return length / 2;
  return Math.min(Math.max(middle, side / 2), length - side / 2);
}

function limited(crop: Crop): Crop {
  const side = Math.min(Math.max(crop.side, smallest(crop)), largest(crop));
  const { width, height } = lying(crop);
  return { ...crop, side, x: within(crop.x, side, width), y: within(crop.y, side, height) };
}

/** The largest square in the middle. */
export function initial(width: number, height: number): Crop {
  const side = Math.min(width, height);
  return { width, height, turns: 0, mirrored: false, x: width / 2, y: height / 2, side, fit: false, ground: null };
}

/** With the picture moved by parts of the square, to the right and down where positive. */
export function moved(crop: Crop, right: number, down: number): Crop {
  return limited({ ...crop, x: crop.x - right * crop.side, y: crop.y - down * crop.side });
}

/** With the picture moved in a direction. */
export function stepped(crop: Crop, to: Direction, step = STEP): Crop {
  const sign = to === "right" || to === "down" ? step : -step;
  return to === "left" || to === "right" ? moved(crop, sign, 0) : moved(crop, 0, sign);
}

/** With another side. What is at the spot stays there, as far as the limits let it. */
export function resized(crop: Crop, wanted: number, { u, v }: Spot = MIDDLE): Crop {
  const { side } = limited({ ...crop, side: wanted });
  const lost = crop.side - side;
  return limited({ ...crop, side, x: crop.x + (u - 0.5) * lost, y: crop.y + (v - 0.5) * lost });
}

/** Seen that many times as large. */
export const zoomed = (crop: Crop, factor: number, spot?: Spot): Crop => resized(crop, crop.side / factor, spot);

/** A quarter turned, with the same part of the picture in the square. */
export function turned(crop: Crop, to: "left" | "right"): Crop {
  const { width, height } = lying(crop);
  const [turn, x, y] = to === "right" ? [1, height - crop.y, crop.x] : [3, crop.y, width - crop.x];
  return { ...crop, turns: (crop.turns + turn) % 4, x, y };
}

/** Left and right swapped as it is seen, which undoes the turns from the other side. */
export function flipped(crop: Crop): Crop {
  return { ...crop, mirrored: !crop.mirrored, turns: (4 - crop.turns) % 4, x: lying(crop).width - crop.x };
}

/** All of the picture with room around it, or the largest square that is full of it. */
export function fitted(crop: Crop, fit: boolean): Crop {
  const { width, height } = lying(crop);
  const next = { ...crop, fit, x: width / 2, y: height / 2 };
  return { ...next, side: largest(next) };
}

/** Where the slider stands, 0 to 1. Each step of it looks alike, hence the logarithm. */
export function slider(crop: Crop): number {
  const range = Math.log(largest(crop) / smallest(crop));
  return range === 0 ? 0 : Math.log(zoom(crop)) / range;
}

/** The slider moved there. */
export const slid = (crop: Crop, to: number): Crop => resized(crop, largest(crop) * (smallest(crop) / largest(crop)) ** to);

/** The way the picture went, by the longer part of it; null where it stayed. */
export function wayFrom(before: Crop, { x, y }: Crop): Direction | null {
  const right = before.x - x;
  const down = before.y - y;
  if (right === 0 && down === 0) return null;
  if (Math.abs(right) >= Math.abs(down)) return right > 0 ? "right" : "left";
  return down > 0 ? "down" : "up";
}

/** Whether nothing of the picture is seen otherwise. */
export const same = (one: Crop, other: Crop): boolean =>
  (["turns", "mirrored", "x", "y", "side", "fit", "ground"] as const).every((part) => one[part] === other[part]);

/** What the shell is told. */
export function toCrop({ turns, mirrored, x, y, side, ground }: Crop): PictureCrop {
  return { turns, mirrored, x: x - side / 2, y: y - side / 2, side, ground };
}

/** What the shell was told before. */
export function fromCrop({ turns, mirrored, x, y, side, ground }: PictureCrop, width: number, height: number): Crop {
  const crop = { width, height, turns, mirrored, x: x + side / 2, y: y + side / 2, side, ground };
  // Whether it fitted or was cut is not told: it fitted where the square reaches beyond the picture.
  return limited({ ...crop, fit: side > Math.min(width, height) });
}

/**
 * Where the picture lies in a box that shows the square, whatever size that has: its middle and its upright size in
 * parts of the box, and what turns it around its middle.
 */
export function placement(crop: Crop): { x: number; y: number; width: number; height: number; transform: string } {
  const { side, turns, mirrored } = crop;
  const { width, height } = lying(crop);
  return {
    x: (width / 2 - crop.x) / side + 0.5,
    y: (height / 2 - crop.y) / side + 0.5,
    width: crop.width / side,
    height: crop.height / side,
    transform: `translate(-50%, -50%) rotate(${turns * 90}deg) scaleX(${mirrored ? -1 : 1})`,
  };
}
