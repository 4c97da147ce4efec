// What the shell tells the page unasked.

import { listen } from "@tauri-apps/api/event";

import { asAppError } from "./failure";
import type { Snapshot } from "./types";

/** Calls back with every new state; resolves once no later one can be missed. Rejects with an AppError. */
export async function onSnapshot(receive: (snapshot: Snapshot) => void): Promise<void> {
  try {
    await listen<Snapshot>("snapshot", (event) => receive(event.payload));
  } catch (caught) {
    throw asAppError(caught);
  }
}
