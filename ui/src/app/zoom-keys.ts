// The shortcuts that zoom the window. Another part of the page does the zooming, and connects itself here.

import type { KeyPress } from "../keyboard/keys";
import { isShortcut, type ShortcutId } from "../keyboard/shortcuts";

/** What zooms the window. */
export interface Zoom {
  readonly zoomIn: () => void;
  readonly zoomOut: () => void;
  readonly actualSize: () => void;
}

/** The shortcuts, with what they do. */
const ZOOM_SHORTCUTS = [
  ["zoomIn", (zoom) => zoom.zoomIn()],
  ["zoomOut", (zoom) => zoom.zoomOut()],
  ["actualSize", (zoom) => zoom.actualSize()],
] as const satisfies [ShortcutId, (zoom: Zoom) => void][];

let connected: Zoom | null = null;

/** Connects what zooms the window; null disconnects it. */
export function connectZoom(zoom: Zoom | null): void {
  connected = zoom;
}

/** Whether the help lists a shortcut. Those for zooming are listed only if something is connected. */
export const isOffered = (id: ShortcutId): boolean => connected !== null || !ZOOM_SHORTCUTS.some(([zoom]) => zoom === id);

/** Zooms if one of the shortcuts is pressed. */
export function onZoomKey(event: KeyPress & Pick<Event, "preventDefault">): void {
  const pressed = connected && ZOOM_SHORTCUTS.find(([id]) => isShortcut(id, event));
  if (!connected || !pressed) return;
  event.preventDefault();
  pressed[1](connected);
}
