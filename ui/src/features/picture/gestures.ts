// Mouse, touch, wheel and keyboard input of the picture editor.

import type { Attachment } from "svelte/attachments";

import type { KeyPress } from "../../keyboard/keys";
import { shortcutIn, type ShortcutOf } from "../../keyboard/shortcuts";
import { type Crop, type Direction, LARGE_STEP, moved, type Spot, STEP, zoomed } from "./crop";
import type { Editor } from "./editor.svelte";

interface Point {
  readonly x: number;
  readonly y: number;
}

/** The pointers that hold the picture: their center, and their mean distance from it. */
interface Grip extends Point {
  readonly spread: number;
}

type Box = Pick<DOMRect, "left" | "top" | "width" | "height">;

/** WebKit's gesture event for two fingers on a touchpad. TypeScript has no type for it. */
type GestureEvent = MouseEvent & { readonly scale: number };

const ARROWS: Record<string, Direction> = { ArrowLeft: "left", ArrowRight: "right", ArrowUp: "up", ArrowDown: "down" };

/** The zoom per pixel of the wheel. A wheel event with Ctrl is a pinch on a touchpad, which sends fewer pixels. */
const WHEEL_ZOOM = 0.0015;
const PINCH_ZOOM = 0.01;
/** The pixels per unit of WheelEvent.deltaMode: pixels, lines, pages. */
const PIXELS_PER_UNIT = [1, 16, 400];

/** The grip of pointers at these points. */
export function grip(points: readonly Point[]): Grip {
  const mean = (value: (point: Point) => number) => points.reduce((sum, point) => sum + value(point), 0) / points.length;
  const x = mean((point) => point.x);
  const y = mean((point) => point.y);
  return { x, y, spread: mean((point) => Math.hypot(point.x - x, point.y - y)) };
}

/** The position of a point as fractions of the box. */
export const spotAt = ({ x, y }: Point, { left, top, width, height }: Box): Spot => ({ u: (x - left) / width, v: (y - top) / height });

/** The crop after the grip changes. The part of the picture under the pointers stays under them. */
export function cropAfterGrip(crop: Crop, before: Grip, now: Grip, box: Box): Crop {
  const movedCrop = moved(crop, (now.x - before.x) / box.width, (now.y - before.y) / box.height);
  return before.spread > 0 && now.spread > 0 ? zoomed(movedCrop, now.spread / before.spread, spotAt(now, box)) : movedCrop;
}

/** The zoom factor of a wheel event. */
export function wheelFactor({ deltaY, deltaMode, ctrlKey }: Pick<WheelEvent, "deltaY" | "deltaMode" | "ctrlKey">): number {
  return Math.exp(-deltaY * (PIXELS_PER_UNIT[deltaMode] ?? 1) * (ctrlKey ? PINCH_ZOOM : WHEEL_ZOOM));
}

/** What the shortcuts of the editor do. */
const ACTIONS: Record<ShortcutOf<"editor">, (editor: Editor, key: string) => void> = {
  movePicture: (editor, key) => move(editor, key, STEP),
  movePictureFar: (editor, key) => move(editor, key, LARGE_STEP),
  enlargePicture: (editor) => editor.zoomIn(),
  reducePicture: (editor) => editor.zoomOut(),
};

function move(editor: Editor, key: string, step: number): void {
  const direction = ARROWS[key];
  if (direction) editor.move(direction, step);
}

/** Handles a key. Returns false if the editor does not use the key. */
export function handleKey(editor: Editor, event: KeyPress): boolean {
  const shortcut = shortcutIn("editor", event);
  if (shortcut) ACTIONS[shortcut](editor, event.key);
  return shortcut !== null;
}

/** An attachment for the crop area: mouse, touch and wheel. */
export const pointerInput = (editor: Editor): Attachment<HTMLElement> => (area) => {
  const points = new Map<number, Point>();
  // Read the editor's state only in event handlers. Otherwise, Svelte would run the attachment again after each change.
  let cropAtStart: Crop | null = null;
  let scale = 1;
  const currentGrip = () => grip([...points.values()]);
  const box = () => area.getBoundingClientRect();
  const pointOf = ({ clientX: x, clientY: y }: MouseEvent): Point => ({ x, y });
  const onRelease = ({ pointerId }: PointerEvent) => {
    if (points.delete(pointerId) && points.size === 0 && cropAtStart) editor.endDrag(cropAtStart);
  };

  const handlers: [string, (event: never) => void][] = [
    ["pointerdown", (event: PointerEvent) => {
      if (event.button !== 0) return;
      if (points.size === 0) cropAtStart = editor.crop;
      points.set(event.pointerId, pointOf(event));
      area.setPointerCapture(event.pointerId);
    }],
    ["pointermove", (event: PointerEvent) => {
      if (!points.has(event.pointerId)) return;
      const before = currentGrip();
      points.set(event.pointerId, pointOf(event));
      editor.dragTo(cropAfterGrip(editor.crop, before, currentGrip(), box()));
    }],
    ["pointerup", onRelease],
    ["pointercancel", onRelease],
    ["lostpointercapture", onRelease],
    ["wheel", (event: WheelEvent) => {
      event.preventDefault();
      if (event.deltaY !== 0) editor.zoomBy(wheelFactor(event), spotAt(pointOf(event), box()));
    }],
    ["gesturestart", (event: GestureEvent) => {
      event.preventDefault();
      scale = 1;
    }],
    ["gesturechange", (event: GestureEvent) => {
      event.preventDefault();
      // Fingers on a touch screen are already handled as pointers.
      if (points.size === 0 && event.scale > 0) editor.zoomBy(event.scale / scale, spotAt(pointOf(event), box()));
      scale = event.scale;
    }],
  ];
  const listeners = handlers as [string, EventListener][];
  // Not passive, because preventDefault keeps the wheel from scrolling the dialog.
  for (const [name, handler] of listeners) area.addEventListener(name, handler, { passive: false });
  return () => {
    for (const [name, handler] of listeners) area.removeEventListener(name, handler);
  };
};

/**
 * An attachment for the content of the dialog: the keys work in the whole dialog, except in inputs, which use them
 * themselves.
 */
export const keyboardInput = (editor: Editor): Attachment<HTMLElement> => (content) => {
  const dialog = content.closest<HTMLElement>("[role=dialog]") ?? content;
  const onKeydown = (event: KeyboardEvent) => {
    if (!(event.target instanceof HTMLInputElement) && handleKey(editor, event)) event.preventDefault();
  };
  dialog.addEventListener("keydown", onKeydown);
  return () => dialog.removeEventListener("keydown", onKeydown);
};
