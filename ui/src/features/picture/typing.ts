// Tells whether the user is typing while something is prepared: what then opens by itself must not take keys that are
// meant for a text.

import { isEditable } from "../../keyboard/keys";

/** What the user has typed since `watchTyping`. */
export interface TypingWatch {
  /** Whether the focus is in a text field that the user has entered, or typed in, since then. */
  isTyping: () => boolean;
  stop: () => void;
}

/** Begins to notice what the user types. */
export function watchTyping(): TypingWatch {
  const before = document.activeElement;
  let typed = false;
  const onInput = () => (typed = true);
  document.addEventListener("input", onInput, true);
  return {
    isTyping: () => isEditable(document.activeElement) && (typed || document.activeElement !== before),
    stop: () => document.removeEventListener("input", onInput, true),
  };
}

/** Resolves when the focus has left the text fields, or when `end` is called. */
export function whenNotTyping(): { done: Promise<void>; end: () => void } {
  let end = (): void => {};
  const done = new Promise<void>((resolve) => {
    const onFocusOut = (event: FocusEvent) => {
      // If the window loses the focus, the user comes back to the same text field.
      if (document.hasFocus() && !isEditable(event.relatedTarget)) end();
    };
    end = () => {
      document.removeEventListener("focusout", onFocusOut);
      resolve();
    };
    document.addEventListener("focusout", onFocusOut);
  });
  return { done, end: () => end() };
}
