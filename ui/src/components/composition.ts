// Input methods, for example for Chinese or Japanese: while one composes a text, the keys belong to it. Enter accepts its
// proposal, the arrows choose another one and Escape takes the text back.

/** The key code of a key that the input method has used, whatever the key is. */
const USED_BY_INPUT_METHOD = 229;

/** The keys with a default action that leaves the field: it submits the form, closes the dialog or moves the focus. */
const LEAVING_KEYS = ["Enter", "Escape", "Tab"];

type Key = Pick<KeyboardEvent, "key" | "isComposing" | "keyCode">;

/**
 * Whether an input method uses the key. WebKit reports the Enter that ends a composition after `compositionend`; then only
 * its key code tells it from an ordinary Enter.
 */
const isUsedByInputMethod = ({ isComposing, keyCode }: Key): boolean => isComposing || keyCode === USED_BY_INPUT_METHOD;

/**
 * Keeps the keys of an input method from the page, so that no handler takes them for a choice or a shortcut. Register it for
 * `keydown` on the window, in the capture phase and before all others.
 */
export function ignoreComposingKey(event: KeyboardEvent): void {
  if (!isUsedByInputMethod(event)) return;
  event.stopImmediatePropagation();
  // The input method has its keys already, so this stops only the web view's own actions.
  if (LEAVING_KEYS.includes(event.key)) event.preventDefault();
}
