// The events of the shell. Each function resolves when the subscription is active, and rejects with an AppError.

import { listen } from "@tauri-apps/api/event";

import { asAppError } from "./failure";

async function subscribe<T>(event: string, handler: (payload: T) => void): Promise<void> {
  try {
    await listen<T>(event, ({ payload }) => handler(payload));
  } catch (caught) {
    throw asAppError(caught);
  }
}

/** The state of a drag: over the window, left the window, or dropped on it. */
export type Drag = "over" | "left" | "dropped";

/** Calls `handler` when something is dragged over the window. */
export const onDrag = (handler: (drag: Drag) => void) => subscribe<Drag>("drag", handler);

/** Calls `handler` when the user wants to close the window. */
export const onClosing = (handler: () => void) => subscribe<unknown>("closing", () => handler());

/** Calls `handler` when the system ends the app. */
export const onEnding = (handler: () => void) => subscribe<unknown>("ending", () => handler());
