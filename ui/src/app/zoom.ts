// The keys and the wheel that change the page's zoom.

import { isMac, type KeyPress } from "../keyboard/keys";
import { isShortcut } from "../keyboard/shortcuts";
import { zoom } from "../state/zoom.svelte";
import type { ZoomChange } from "../state/zoom-steps";

type Modifiers = Pick<KeyboardEvent, "ctrlKey" | "metaKey" | "altKey">;
type Wheel = Modifiers & Pick<WheelEvent, "deltaY" | "deltaMode">;

/** The pixels of the wheel for one step. A notch of a mouse wheel is one step, however many pixels it has. */
const PIXELS_PER_STEP = 100;
const MIN_NOTCH = 40;

function hasModifier({ ctrlKey, metaKey, altKey }: Modifiers, mac: boolean): boolean {
  return (mac ? metaKey && !ctrlKey : ctrlKey && !metaKey) && !altKey;
}

/** What a key does to the zoom; null for other keys. */
export function zoomShortcut(event: KeyPress): ZoomChange | null {
  if (isShortcut("zoomIn", event)) return "in";
  if (isShortcut("zoomOut", event)) return "out";
  return isShortcut("actualSize", event) ? "reset" : null;
}

/** Adds up the wheel's movement with Control (on a Mac: Command). Returns a function that tells what each event does. */
export function wheelZoom(mac: boolean): (event: Wheel) => ZoomChange | "wait" | null {
  let pixels = 0;
  return (event) => {
    if (!hasModifier(event, mac)) return (pixels = 0), null;
    const isNotch = event.deltaMode !== 0 || Math.abs(event.deltaY) >= MIN_NOTCH;
    pixels = Math.sign(pixels) === Math.sign(event.deltaY) ? pixels + event.deltaY : event.deltaY;
    if (event.deltaY === 0 || (!isNotch && Math.abs(pixels) < PIXELS_PER_STEP)) return "wait";
    pixels = 0;
    return event.deltaY < 0 ? "in" : "out";
  };
}

/** Listens on the window. Whoever uses a key or the wheel otherwise, such as the picture editor, prevents the default. */
export function listenForZoom(): void {
  const mac = isMac();
  const onWheel = wheelZoom(mac);
  const act = (event: Event, change: ZoomChange | "wait" | null) => {
    if (change) event.preventDefault();
    if (change && change !== "wait") void zoom.change(change);
  };
  window.addEventListener("keydown", (event) => {
    if (!event.defaultPrevented) act(event, zoomShortcut(event));
  });
  // Not passive, because preventDefault keeps the wheel from scrolling.
  window.addEventListener("wheel", (event) => event.defaultPrevented || act(event, onWheel(event)), { passive: false });
}
