// Key presses: how they are compared with the keys of a shortcut, and how keys are named. Pure.

import * as m from "../messages";
import type { Text } from "../text/words";

/** What decides which keys a keyboard event stands for. */
export type KeyPress = Pick<KeyboardEvent, "key" | "code" | "ctrlKey" | "metaKey" | "altKey" | "shiftKey"> & Partial<Pick<KeyboardEvent, "target">>;

/** Keys that are pressed together. */
export interface Keys {
  /** A lower-case letter, a digit, another character, or a name as in `KeyboardEvent.key`. */
  readonly key: string;
  /** Whether Ctrl is pressed, on a Mac Command. */
  readonly mod?: boolean | "either";
  /** Whether Shift is pressed. For a character such as "?", it does not matter unless it is true. */
  readonly shift?: boolean;
}

/** Where characters are on the keyboard of the United States. Counts if the layout has another script there. */
const POSITIONS: Record<string, string> = { "/": "Slash", "?": "Slash", "+": "Equal", "-": "Minus" };

/** Characters that count like another one: they are on the same key, or mean the same in another script. */
const SAME: Record<string, readonly string[]> = { "+": ["="], "-": ["_", "−"], "?": ["？", "؟"] };

/** Whether the keys are those of a Mac, where shortcuts use Command instead of Control. */
export const isMac = (platform: string = navigator.platform): boolean => platform.startsWith("Mac");

const isLetter = (key: string): boolean => /^[a-z]$/i.test(key);
const isAscii = (key: string): boolean => /^[\x20-\x7e]$/.test(key);

function isMainKey(press: KeyPress, { key, shift }: Keys): boolean {
  // On a layout without Latin letters, the position counts.
  if (isLetter(key)) return isLetter(press.key) ? press.key.toLowerCase() === key : press.code === `Key${key.toUpperCase()}`;
  // Some layouts have the digits on Shift.
  if (/^\d$/.test(key)) return press.code === `Digit${key}` || press.key === key;
  if (press.key === key || SAME[key]?.includes(press.key)) return true;
  if (press.code !== POSITIONS[key]) return false;
  return shift === true || (!isAscii(press.key) && press.shiftKey === (key === "?"));
}

/** Whether a press has the modifiers and the main key of `keys`. */
export function isPressed(press: KeyPress, keys: Keys, mac = isMac()): boolean {
  const [mod, other] = mac ? [press.metaKey, press.ctrlKey] : [press.ctrlKey, press.metaKey];
  if (press.altKey || other || (keys.mod !== "either" && Boolean(mod) !== (keys.mod ?? false))) return false;
  const shiftMatters = keys.shift === true || isNamed(keys.key) || /^[a-z\d]$/.test(keys.key);
  return (!shiftMatters || Boolean(press.shiftKey) === (keys.shift ?? false)) && isMainKey(press, keys);
}

/** Whether the key has a name instead of a character: Space, too, because nothing can be shown for it. */
const isNamed = (key: string): boolean => key.length > 1 || key === " ";

/** Whether the keys write a character, so that they must do nothing else in a text field. */
export const writesText = ({ key, mod = false }: Keys): boolean => mod === false && !isNamed(key);

/** Types of input elements without text. */
const NON_TEXT_TYPES = ["button", "checkbox", "color", "file", "image", "radio", "range", "reset", "submit"];

/** Whether text can be typed or pasted into the element. */
export function isEditable(target: EventTarget | null | undefined): boolean {
  const { tagName, type = "", isContentEditable = false } = (target ?? {}) as Partial<HTMLInputElement>;
  if (tagName === "INPUT") return !NON_TEXT_TYPES.includes(type);
  return tagName === "TEXTAREA" || isContentEditable;
}

/** The name of a key: what is on it, and how a screen reader says it if that is a sign. */
export interface KeyName {
  text: string;
  spoken?: string;
}

const NAMES: Record<string, Text> = {
  Enter: m.key_enter,
  Escape: m.key_escape,
  Home: m.key_home,
  End: m.key_end,
  PageUp: m.key_page_up,
  PageDown: m.key_page_down,
  " ": m.key_space,
};

const SIGNS: Record<string, [string, Text]> = {
  ArrowUp: ["↑", m.key_up],
  ArrowDown: ["↓", m.key_down],
  ArrowLeft: ["←", m.key_left],
  ArrowRight: ["→", m.key_right],
  "+": ["+", m.key_plus],
  "-": ["−", m.key_minus],
  "/": ["/", m.key_slash],
  "?": ["?", m.key_question],
};

function keyName(key: string): KeyName {
  const sign = SIGNS[key];
  if (sign) return { text: sign[0], spoken: sign[1]() };
  return { text: NAMES[key]?.() ?? key.toUpperCase() };
}

/** The names of the keys, in the order in which they are pressed. */
export function keyNames({ key, mod = false, shift = false }: Keys, mac = isMac()): KeyName[] {
  const modifiers: KeyName[] = [];
  if (mod === true) modifiers.push(mac ? { text: "⌘", spoken: m.key_command() } : { text: m.key_ctrl() });
  if (shift) modifiers.push(mac ? { text: "⇧", spoken: m.key_shift() } : { text: m.key_shift() });
  return [...modifiers, keyName(key)];
}

/** The names as one text, for a tooltip or a menu. */
export const keysText = (keys: Keys, mac = isMac()): string => keyNames(keys, mac).map(({ text }) => text).join(mac ? "" : "+");
