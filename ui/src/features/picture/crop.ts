// The geometry of the picture editor. Pure.
//
// The upright picture is first mirrored and then rotated. The square of the crop is measured in pixels of the result.
// Moving the picture in one direction moves the square in the opposite direction.

import type { PictureCrop } from "../../host/types";

/** A square over a picture, in pixels. `x` and `y` are its center. */
export interface Crop {
  /** Width and height of the upright picture. */
  readonly width: number;
  readonly height: number;
  /** Clockwise quarter turns, 0 to 3. */
  readonly turns: number;
  readonly mirrored: boolean;
  readonly x: number;
  readonly y: number;
  readonly side: number;
  /** Whether the square may extend beyond the picture. */
  readonly fit: boolean;
  /** The background color; null for transparent. */
  readonly ground: string | null;
}

/** A point in the square; both coordinates are 0 to 1. */
export interface Spot {
  readonly u: number;
  readonly v: number;
}

export type Direction = "left" | "right" | "up" | "down";

/** How far a key press or click moves the picture, as a fraction of the square. With Shift: `LARGE_STEP`. */
export const STEP = 1 / 32;
export const LARGE_STEP = 1 / 8;

/** The zoom factor of a key press or click. */
export const ZOOM_STEP = 1.1;

const CENTER: Spot = { u: 0.5, v: 0.5 };

/** Width and height of the rotated picture. */
export function rotatedSize({ width, height, turns }: Crop): { width: number; height: number } {
  return turns % 2 === 0 ? { width, height } : { width: height, height: width };
}

/** The maximum side of the square. */
export const maxSide = ({ width, height, fit }: Crop): number => (fit ? Math.max(width, height) : Math.min(width, height));

/** The minimum side of the square. A smaller square would only show single pixels. */
export function minSide({ width, height }: Crop): number {
  const shortSide = Math.min(width, height);
  return Math.min(shortSide, Math.max(64, shortSide / 16));
}

/** The zoom relative to the maximum side: 1 to 16, or more for a long picture with `fit`. */
export const zoom = (crop: Crop): number => maxSide(crop) / crop.side;

/** Limits the center of the square on one axis: as little empty space as possible, and the same on both sides. */
function clampCenter(center: number, side: number, length: number): number {
  if (side >= length) return length / 2;
  return Math.min(Math.max(center, side / 2), length - side / 2);
}

/** Limits the side and the center of the square to valid values. */
function clamped(crop: Crop): Crop {
  const side = Math.min(Math.max(crop.side, minSide(crop)), maxSide(crop));
  const { width, height } = rotatedSize(crop);
  return { ...crop, side, x: clampCenter(crop.x, side, width), y: clampCenter(crop.y, side, height) };
}

/** The largest square in the center of the picture. */
export function initialCrop(width: number, height: number): Crop {
  const side = Math.min(width, height);
  return { width, height, turns: 0, mirrored: false, x: width / 2, y: height / 2, side, fit: false, ground: null };
}

/** The crop after moving the picture by fractions of the square. Positive values move it to the right and down. */
export function moved(crop: Crop, right: number, down: number): Crop {
  return clamped({ ...crop, x: crop.x - right * crop.side, y: crop.y - down * crop.side });
}

/** The crop after moving the picture in a direction. */
export function stepped(crop: Crop, to: Direction, step = STEP): Crop {
  const sign = to === "right" || to === "down" ? step : -step;
  return to === "left" || to === "right" ? moved(crop, sign, 0) : moved(crop, 0, sign);
}

/** The crop with another side. The pixel at `spot` stays there, as far as the limits allow. */
export function resized(crop: Crop, newSide: number, { u, v }: Spot = CENTER): Crop {
  const { side } = clamped({ ...crop, side: newSide });
  const difference = crop.side - side;
  return clamped({ ...crop, side, x: crop.x + (u - 0.5) * difference, y: crop.y + (v - 0.5) * difference });
}

/** The crop after zooming in by a factor. */
export const zoomed = (crop: Crop, factor: number, spot?: Spot): Crop => resized(crop, crop.side / factor, spot);

/** The crop after a quarter turn. The same part of the picture stays in the square. */
export function rotated(crop: Crop, to: "left" | "right"): Crop {
  const { width, height } = rotatedSize(crop);
  const [quarterTurns, x, y] = to === "right" ? [1, height - crop.y, crop.x] : [3, crop.y, width - crop.x];
  return { ...crop, turns: (crop.turns + quarterTurns) % 4, x, y };
}

/**
 * The crop after swapping left and right on the screen. Mirroring comes before rotating, so the rotation is reversed.
 */
export function flipped(crop: Crop): Crop {
  return { ...crop, mirrored: !crop.mirrored, turns: (4 - crop.turns) % 4, x: rotatedSize(crop).width - crop.x };
}

/** The whole picture with empty space around it, or the largest square inside the picture. */
export function fitted(crop: Crop, fit: boolean): Crop {
  const { width, height } = rotatedSize(crop);
  const next = { ...crop, fit, x: width / 2, y: height / 2 };
  return { ...next, side: maxSide(next) };
}

/** The value of the zoom slider, 0 to 1. Logarithmic, so that each step zooms by the same factor. */
export function sliderValue(crop: Crop): number {
  const range = Math.log(maxSide(crop) / minSide(crop));
  return range === 0 ? 0 : Math.log(zoom(crop)) / range;
}

/** The crop after moving the zoom slider. */
export const withSliderValue = (crop: Crop, value: number): Crop =>
  resized(crop, maxSide(crop) * (minSide(crop) / maxSide(crop)) ** value);

/** The main direction in which the picture moved; null if it did not move. */
export function moveDirection(before: Crop, { x, y }: Crop): Direction | null {
  const right = before.x - x;
  const down = before.y - y;
  if (right === 0 && down === 0) return null;
  if (Math.abs(right) >= Math.abs(down)) return right > 0 ? "right" : "left";
  return down > 0 ? "down" : "up";
}

/** Whether two crops of the same picture are equal. */
export const sameCrop = (one: Crop, other: Crop): boolean =>
  (["turns", "mirrored", "x", "y", "side", "fit", "ground"] as const).every((part) => one[part] === other[part]);

/** Converts to the format of the shell, where `x` and `y` are the top left corner. */
export function toPictureCrop({ turns, mirrored, x, y, side, ground }: Crop): PictureCrop {
  return { turns, mirrored, x: x - side / 2, y: y - side / 2, side, ground };
}

/** Converts from the format of the shell. */
export function fromPictureCrop({ turns, mirrored, x, y, side, ground }: PictureCrop, width: number, height: number): Crop {
  const crop = { width, height, turns, mirrored, x: x + side / 2, y: y + side / 2, side, ground };
  // The format does not contain `fit`. It must be true if the square extends beyond the picture.
  return clamped({ ...crop, fit: side > Math.min(width, height) });
}

/**
 * How to place the picture in a box that shows the square: center and upright size as fractions of the box, and the CSS
 * transform around the center.
 */
export function placement(crop: Crop): { x: number; y: number; width: number; height: number; transform: string } {
  const { side, turns, mirrored } = crop;
  const { width, height } = rotatedSize(crop);
  return {
    x: (width / 2 - crop.x) / side + 0.5,
    y: (height / 2 - crop.y) / side + 0.5,
    width: crop.width / side,
    height: crop.height / side,
    transform: `translate(-50%, -50%) rotate(${turns * 90}deg) scaleX(${mirrored ? -1 : 1})`,
  };
}
