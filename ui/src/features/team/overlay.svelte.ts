// The dialog that is open over the team page. At most one is open; opening another replaces it.

/** A dialog of the team page. The batch dialog is not listed here: it is open whenever the snapshot has a batch. */
export type Overlay = { kind: "person"; id: string } | { kind: "role"; id: string } | { kind: "history" };

let current = $state.raw<Overlay | null>(null);

/** The open dialog, if any. */
export const overlay = (): Overlay | null => current;

/** Opens a dialog; replaces the open one. */
export function openOverlay(next: Overlay): void {
  current = next;
}

/** Closes the open dialog. */
export function closeOverlay(): void {
  current = null;
}
