// Whether the account popover is open, and where the focus goes when it closes.

/** The account popover. */
export class PopoverState {
  /** Whether it is open. */
  isOpen = $state(false);
  /** The element that had the focus when it opened: the account button, or the button of the strip. */
  #opener: Element | null = null;

  /** Opens the popover, which then takes the focus. */
  open = (): void => {
    this.#opener = document.activeElement;
    this.isOpen = true;
  };

  /** Closes the popover without moving the focus, because the focus is already somewhere else. */
  hide(): void {
    this.isOpen = false;
  }

  /** Closes the popover and returns the focus to where it was; to `button` if that is gone. */
  close(button: HTMLElement): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    const opener = this.#opener;
    (opener instanceof HTMLElement && opener.isConnected && opener !== document.body ? opener : button).focus();
  }
}
