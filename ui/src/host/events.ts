// What the shell tells the page unasked. Each resolves once nothing can be missed any more, and rejects with an AppError.

import { listen } from "@tauri-apps/api/event";

import { asAppError } from "./failure";
import type { Snapshot } from "./types";

async function hear<T>(event: string, receive: (payload: T) => void): Promise<void> {
  try {
    await listen<T>(event, ({ payload }) => receive(payload));
  } catch (caught) {
    throw asAppError(caught);
  }
}

/** Calls back with every new state. */
export const onSnapshot = (receive: (snapshot: Snapshot) => void) => hear("snapshot", receive);

/** Where something that is dragged over the window is. */
export type Drag = "over" | "left" | "dropped";

/** Calls back when something is dragged over the window. */
export const onDrag = (receive: (where: Drag) => void) => hear<Drag>("drag", receive);

/** Calls back when the person wants to close the window. */
export const onClosing = (receive: () => void) => hear<unknown>("closing", () => receive());
