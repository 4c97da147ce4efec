/** What can be opened over the list. The batch dialog is not listed: it is open whenever the snapshot has a batch. */
type Overlay = { kind: "person"; id: string } | { kind: "history" } | { kind: "tags" };

/** What is open beside or over the list: the details of one person, and at most one dialog. */
export class OverlayState {
  /** Id of the row whose details are shown. */
  person = $state.raw<string | null>(null);
  /** The open dialog. */
  dialog = $state.raw<"history" | "tags" | null>(null);

  /** Opens the details of a person in place of those shown, or a dialog. */
  open(next: Overlay): void {
    if (next.kind === "person") this.person = next.id;
    else this.dialog = next.kind;
  }

  /** Closes the dialog. */
  close = (): void => {
    this.dialog = null;
  };

  /** Closes the details of the person. */
  closePerson = (): void => {
    this.person = null;
  };
}
