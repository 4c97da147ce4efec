/** A dialog of the team page. The batch dialog is not listed here: it is open whenever the snapshot has a batch. */
type Overlay = { kind: "person"; id: string } | { kind: "role"; id: string } | { kind: "history" };

/** The dialog that is open over the team page. At most one is open; opening another replaces it. */
export class OverlayState {
  /** The open dialog, if any. */
  current = $state.raw<Overlay | null>(null);

  open(next: Overlay): void {
    this.current = next;
  }

  close = (): void => {
    this.current = null;
  };
}
