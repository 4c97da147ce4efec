// The table of keyboard shortcuts: which keys they are, that each has a handler, and that no handler has keys of its own.

import { describe, expect, test, vi } from "vitest";

import KeyboardHelp from "../src/app/KeyboardHelp.svelte";
import { keyboardHelp } from "../src/app/keyboard-help.svelte";
import { Editor } from "../src/features/picture/editor.svelte";
import { handleKey } from "../src/features/picture/gestures";
import { isFindShortcut, listAction } from "../src/features/team/keys";
import { isPressed, type KeyPress, type Keys, keyNames, keysText } from "../src/keyboard/keys";
import { accountKeysText, isShortcut, pressedAccount, SHORTCUTS, type Shortcut, shortcutIn, type ShortcutId, shortcutText } from "../src/keyboard/shortcuts";
import { setInterfaceLanguage } from "../src/state/locale.svelte";
import { html } from "./page";
import { openedPicture } from "./samples";

const press = (key: string, more: Partial<KeyPress> = {}): KeyPress => ({ key, code: "", ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...more });
const ctrl = (key: string, more: Partial<KeyPress> = {}): KeyPress => press(key, { ctrlKey: true, ...more });
/** The press of the keys of a shortcut. */
const pressOf = ({ key, mod, shift = false }: Keys): KeyPress => press(key, { ctrlKey: mod === true, shiftKey: shift });

const ids = Object.keys(SHORTCUTS) as ShortcutId[];
const keysOf = (id: ShortcutId): Keys[] => {
  const { keys, unlisted = [] }: Shortcut = SHORTCUTS[id];
  return [...keys, ...unlisted];
};

const field = { tagName: "INPUT", type: "text" } as unknown as EventTarget;

describe("a press of a shortcut's keys", () => {
  test.each(ids)("is %s and no other of its group", (id) => {
    for (const keys of keysOf(id)) expect(shortcutIn(SHORTCUTS[id].group, pressOf(keys)), JSON.stringify(keys)).toBe(id);
  });

  test.each(ids)("is not %s with Alt, or with Command on a keyboard without it", (id) => {
    for (const keys of keysOf(id)) {
      expect(isShortcut(id, { ...pressOf(keys), altKey: true })).toBe(false);
      expect(isShortcut(id, { ...pressOf(keys), metaKey: true })).toBe(false);
    }
  });

  test("that writes a character does so in a text field", () => {
    expect(isShortcut("help", press("?", { shiftKey: true }))).toBe(true);
    expect(isShortcut("help", press("?", { shiftKey: true, target: field }))).toBe(false);
    expect(isShortcut("find", press("/", { target: field }))).toBe(false);
    expect(isShortcut("help", ctrl("?", { shiftKey: true, target: field }))).toBe(true);
    expect(isShortcut("find", ctrl("f", { target: field }))).toBe(true);
  });

  test("has Command instead of Control on a Mac", () => {
    const save = SHORTCUTS.save.keys[0];
    expect(isPressed(press("s", { metaKey: true }), save, true)).toBe(true);
    expect(isPressed(ctrl("s"), save, true)).toBe(false);
  });
});

describe("on other keyboard layouts", () => {
  test("a letter is what the layout writes, and the position if it writes no Latin letter", () => {
    expect(isShortcut("save", ctrl("s", { code: "Semicolon" }))).toBe(true);
    expect(isShortcut("save", ctrl("S", { code: "KeyS" }))).toBe(true);
    expect(isShortcut("save", ctrl("o", { code: "KeyS" }))).toBe(false);
    expect(isShortcut("save", ctrl("ы", { code: "KeyS" }))).toBe(true);
    expect(isShortcut("palette", ctrl("л", { code: "KeyK" }))).toBe(true);
    expect(isShortcut("find", ctrl("α", { code: "KeyF" }))).toBe(true);
  });

  test("a digit is its key, because some layouts have the digits on Shift, and the number pad", () => {
    expect(pressedAccount(ctrl("1", { code: "Digit1" }))).toBe(0);
    expect(pressedAccount(ctrl("é", { code: "Digit2" }))).toBe(1);
    expect(pressedAccount(ctrl("9", { code: "Numpad9" }))).toBe(8);
    for (const other of [ctrl("0", { code: "Digit0" }), press("1", { code: "Digit1" }), ctrl("1", { code: "Digit1", shiftKey: true })])
      expect(pressedAccount(other), JSON.stringify(other)).toBe(null);
  });

  test.each([
    ["American", ctrl("?", { code: "Slash", shiftKey: true })],
    ["German, with the question mark", ctrl("?", { code: "Minus", shiftKey: true })],
    ["German, with the slash", ctrl("/", { code: "Digit7", shiftKey: true })],
    ["Russian", ctrl(",", { code: "Slash", shiftKey: true })],
    ["Arabic", ctrl("؟", { code: "Slash", shiftKey: true })],
  ])("the help opens: %s", (_, pressed) => {
    expect(isShortcut("help", pressed)).toBe(true);
  });

  test("the question mark and the slash are found where another script has them", () => {
    expect(isShortcut("help", press("？", { shiftKey: true }))).toBe(true);
    expect(isShortcut("find", press("ظ", { code: "Slash" }))).toBe(true);
    expect(isShortcut("help", press(",", { code: "Slash", shiftKey: true }))).toBe(false);
    expect(isShortcut("find", press("-", { code: "Slash" }))).toBe(false);
  });

  test("a minus sign on the key of the slash zooms", () => {
    expect(shortcutIn("window", ctrl("_", { code: "Slash", shiftKey: true }))).toBe("zoomOut");
    expect(shortcutIn("window", ctrl("-", { code: "Slash" }))).toBe("zoomOut");
    expect(shortcutIn("window", ctrl("=", { code: "Equal" }))).toBe("zoomIn");
  });
});

describe("every shortcut has a handler", () => {
  const sources = Object.entries(import.meta.glob<string>("../src/**/*.{ts,svelte}", { query: "?raw", import: "default", eager: true }))
    .map(([file, text]) => [file.replace("../src/", ""), text] as const)
    .filter(([file]) => !/^(messages|keyboard)\//.test(file));
  const all = sources.map(([, text]) => text).join("\n");

  test("in the list of the team", () => {
    const position = { activeIndex: 5, rowCount: 10, pageSize: 3 };
    for (const id of ids.filter((id) => SHORTCUTS[id].group === "team")) {
      for (const keys of keysOf(id)) {
        const handled = isFindShortcut(pressOf(keys)) || listAction(pressOf(keys), position) !== null;
        expect(handled, `${id} ${JSON.stringify(keys)}`).toBe(true);
      }
    }
  });

  test("in the picture editor", () => {
    for (const id of ids.filter((id) => SHORTCUTS[id].group === "editor")) {
      for (const keys of keysOf(id)) {
        const editor = new Editor(openedPicture("o1"));
        expect(handleKey(editor, pressOf(keys)), `${id} ${JSON.stringify(keys)}`).toBe(true);
        expect(editor.announcement.text).not.toBe("");
      }
    }
  });

  test("in the window", () => {
    for (const id of ids.filter((id) => SHORTCUTS[id].group === "window"))
      expect(all.includes(id === "account" ? "pressedAccount(event)" : `isShortcut("${id}", event)`), id).toBe(true);
  });

  // What these files compare are keys that every control of the kind has, or no shortcuts at all.
  const ALLOWED: Record<string, string> = {
    "components/composition.ts": "the keys of an input method",
    "app/zoom.ts": "Ctrl at the wheel",
    "app/AccountPopover.svelte": "the arrows in a menu",
    "features/palette/Palette.svelte": "the arrows and Enter in a list of options",
    "features/picture/UrlField.svelte": "Enter in a field",
    "features/picture/gestures.ts": "Ctrl at the wheel",
    "features/team/ListHead.svelte": "the arrows in the header of a table",
    "features/team/Toolbar.svelte": "Escape in a search field",
    "features/team/PersonRow.svelte": "Ctrl at a click",
    "features/team/tags/TagField.svelte": "Enter, comma and Backspace in a field",
    "features/team/TeamList.svelte": "Enter and Space on a button in a row",
  };

  test("and no other handler compares keys itself", () => {
    const compares = /\b(?:event|press)\.(?:key|code)\b[^;]{0,16}(?:===|!==)|\[event\.key\]|\((?:event|press)\.key\)|\b(?:ctrl|meta|alt)Key\b/;
    const found = sources.filter(([, text]) => compares.test(text)).map(([file]) => file);
    expect(found.filter((file) => !(file in ALLOWED))).toEqual([]);
    expect(Object.keys(ALLOWED).filter((file) => !found.includes(file)), "no longer compares keys").toEqual([]);
  });
});

describe("the names of keys", () => {
  const texts = (id: ShortcutId, mac = false) => keyNames(SHORTCUTS[id].keys[0], mac).map(({ text }) => text);

  test("are those on the keyboard, in the language of the interface", () => {
    expect([texts("save"), texts("moveToEnd"), texts("selectRange"), texts("move")]).toEqual([["Ctrl", "S"], ["Home"], ["Shift", "Space"], ["↑"]]);
    void setInterfaceLanguage("es");
    expect([texts("save"), texts("moveToEnd"), texts("selectRange"), texts("open")]).toEqual([["Ctrl", "S"], ["Inicio"], ["Mayús", "Espacio"], ["Intro"]]);
  });

  test("have words for screen readers where they are signs", () => {
    expect(keyNames({ key: "ArrowUp" })).toEqual([{ text: "↑", spoken: "Up arrow" }]);
    expect(keyNames({ key: "s", mod: true }, true)[0]).toEqual({ text: "⌘", spoken: "Command" });
    for (const id of ids) for (const keys of keysOf(id)) for (const { text, spoken } of keyNames(keys)) expect(/^[\wñáéíóú ]+$/i.test(spoken ?? text), text).toBe(true);
  });

  test("are a short text for menus and tooltips", () => {
    expect([shortcutText("palette"), accountKeysText(0), accountKeysText(8), accountKeysText(9)]).toEqual(["Ctrl+K", "Ctrl+1", "Ctrl+9", ""]);
    expect(keysText({ key: "k", mod: true }, true)).toBe("⌘K");
  });
});

describe("the help", () => {
  const shown = () => {
    keyboardHelp.open();
    return html(KeyboardHelp);
  };

  test.each(["en", "es"] as const)("lists every shortcut with its keys in %s", (locale) => {
    void setInterfaceLanguage(locale);
    const page = shown();
    for (const id of ids) expect(page, id).toContain(`>${SHORTCUTS[id].text()}</dt>`);
    expect(page.match(/<dt/g)).toHaveLength(ids.length);
    expect(new Set(ids.map((id) => SHORTCUTS[id].text())).size).toBe(ids.length);
  });

  test("shows only the ends of a row of keys", () => {
    expect(shown().match(/<kbd[^>]*>\s*[1-9]\s*<\/kbd>/g)).toHaveLength(2);
  });

  test("opens by its keys, and the key does nothing else", () => {
    keyboardHelp.close();
    const preventDefault = vi.fn();
    keyboardHelp.onKeydown({ ...press("x"), preventDefault });
    expect(keyboardHelp.isOpen).toBe(false);
    keyboardHelp.onKeydown({ ...press("?", { shiftKey: true }), preventDefault });
    expect(keyboardHelp.isOpen).toBe(true);
    expect(preventDefault).toHaveBeenCalledOnce();
  });
});
