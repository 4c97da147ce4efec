// Mouse, fingers, wheel and keys on the picture in the editor.

import type { Attachment } from "svelte/attachments";

import { type Crop, type Direction, LARGE_STEP, moved, type Spot, STEP, zoomed } from "./crop";
import type { Editor } from "./editor.svelte";

interface Point {
  readonly x: number;
  readonly y: number;
}

/** What holds the picture: the middle of all fingers, and how far they are from it. */
export interface Grip extends Point {
  readonly spread: number;
}

type Box = Pick<DOMRect, "left" | "top" | "width" | "height">;

/** WebKit's own event of two fingers on a touchpad, which no type is known of. */
type Pinch = MouseEvent & { readonly scale: number };

const ARROWS: Record<string, Direction> = { ArrowLeft: "left", ArrowRight: "right", ArrowUp: "up", ArrowDown: "down" };

/** How much a pixel of the wheel zooms. With Ctrl it is fingers on a touchpad, whose pixels are few. */
const WHEEL = 0.0015;
const WHEEL_PINCH = 0.01;
/** Wheels that count lines or pages. */
const PIXELS = [1, 16, 400];

/** How that many fingers hold the picture. */
export function grip(points: readonly Point[]): Grip {
  const mean = (of: (point: Point) => number) => points.reduce((sum, point) => sum + of(point), 0) / points.length;
  const x = mean((point) => point.x);
  const y = mean((point) => point.y);
  return { x, y, spread: mean((point) => Math.hypot(point.x - x, point.y - y)) };
}

/** The part of the box that a point is at. */
export const spotAt = ({ x, y }: Point, { left, top, width, height }: Box): Spot => ({ u: (x - left) / width, v: (y - top) / height });

/** What becomes of the crop when the grip changes: what is under the fingers stays under them. */
export function gripped(crop: Crop, before: Grip, now: Grip, box: Box): Crop {
  const went = moved(crop, (now.x - before.x) / box.width, (now.y - before.y) / box.height);
  return before.spread > 0 && now.spread > 0 ? zoomed(went, now.spread / before.spread, spotAt(now, box)) : went;
}

/** How much a turn of the wheel zooms. */
export function wheelFactor({ deltaY, deltaMode, ctrlKey }: Pick<WheelEvent, "deltaY" | "deltaMode" | "ctrlKey">): number {
  return Math.exp(-deltaY * (PIXELS[deltaMode] ?? 1) * (ctrlKey ? WHEEL_PINCH : WHEEL));
}

/** What a key does; whether it does anything. */
export function press(editor: Editor, { key, shiftKey, ctrlKey, metaKey, altKey }: KeyboardEvent): boolean {
  if (ctrlKey || metaKey || altKey) return false;
  const arrow = ARROWS[key];
  if (arrow) editor.move(arrow, shiftKey ? LARGE_STEP : STEP);
  else if (key === "+" || key === "=") editor.zoomIn();
  else if (key === "-" || key === "_") editor.zoomOut();
  else return false;
  return true;
}

/** An attachment for the box with the picture: mouse, fingers and wheel. */
export const handles = (editor: Editor): Attachment<HTMLElement> => (stage) => {
  const points = new Map<number, Point>();
  // Nothing of the editor is read before something happens: the attachment would be made anew with every change.
  let began: Crop | null = null;
  let scale = 1;
  const now = () => grip([...points.values()]);
  const box = () => stage.getBoundingClientRect();
  const at = ({ clientX: x, clientY: y }: MouseEvent): Point => ({ x, y });
  const letGo = ({ pointerId }: PointerEvent) => {
    if (points.delete(pointerId) && points.size === 0 && began) editor.letGo(began);
  };

  const hears: [string, (event: never) => void][] = [
    ["pointerdown", (event: PointerEvent) => {
      if (event.button !== 0) return;
      if (points.size === 0) began = editor.crop;
      points.set(event.pointerId, at(event));
      stage.setPointerCapture(event.pointerId);
    }],
    ["pointermove", (event: PointerEvent) => {
      if (!points.has(event.pointerId)) return;
      const before = now();
      points.set(event.pointerId, at(event));
      editor.follow(gripped(editor.crop, before, now(), box()));
    }],
    ["pointerup", letGo],
    ["pointercancel", letGo],
    ["lostpointercapture", letGo],
    ["wheel", (event: WheelEvent) => {
      event.preventDefault();
      if (event.deltaY !== 0) editor.zoomBy(wheelFactor(event), spotAt(at(event), box()));
    }],
    ["gesturestart", (event: Pinch) => {
      event.preventDefault();
      scale = 1;
    }],
    ["gesturechange", (event: Pinch) => {
      event.preventDefault();
      // Fingers on a screen are pointers already.
      if (points.size === 0 && event.scale > 0) editor.zoomBy(event.scale / scale, spotAt(at(event), box()));
      scale = event.scale;
    }],
  ];
  const listeners = hears as [string, EventListener][];
  // Not passive: the wheel would scroll the dialog as well.
  for (const [name, hear] of listeners) stage.addEventListener(name, hear, { passive: false });
  return () => {
    for (const [name, hear] of listeners) stage.removeEventListener(name, hear);
  };
};

/** An attachment for what stands in the dialog: its keys work wherever the focus is, but where they mean something else. */
export const hearsKeys = (editor: Editor): Attachment<HTMLElement> => (inside) => {
  const dialog = inside.closest<HTMLElement>("[role=dialog]") ?? inside;
  const hear = (event: KeyboardEvent) => {
    if (!(event.target instanceof HTMLInputElement) && press(editor, event)) event.preventDefault();
  };
  dialog.addEventListener("keydown", hear);
  return () => dialog.removeEventListener("keydown", hear);
};
