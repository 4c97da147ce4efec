// The dialog with the keyboard shortcuts.

import type { KeyPress } from "../keyboard/keys";
import { isShortcut } from "../keyboard/shortcuts";

/** Whether the dialog is open. */
class KeyboardHelp {
  isOpen = $state(false);

  open = (): void => {
    this.isOpen = true;
  };

  close = (): void => {
    this.isOpen = false;
  };

  /** Opens the dialog if its shortcut is pressed. */
  onKeydown = (event: KeyPress & Pick<Event, "preventDefault">): void => {
    if (!isShortcut("help", event)) return;
    event.preventDefault();
    this.open();
  };
}

/** The dialog with the keyboard shortcuts. */
export const keyboardHelp = new KeyboardHelp();
