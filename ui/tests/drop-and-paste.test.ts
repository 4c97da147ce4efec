// Pictures that are dropped on the window or pasted. The fake shell holds each call until the test responds to it.

import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import { isDraggedOver, onDragEvent, onKeydown, onPaste, receivesPictures } from "../src/features/picture/drop-and-paste.svelte";
import { PicturePicker } from "../src/features/picture/picture-picker.svelte";
import { host } from "./host";
import { form, signInAgain } from "./page";

host.hold = true;

const commands = host.pendingCommands;

beforeEach(() => signInAgain());

describe("a dropped or pasted picture", () => {
  const fieldElement = (inert: boolean) => ({ closest: (selector: string) => (inert && selector === "[inert]" ? {} : null) }) as unknown as HTMLElement;
  const unregister: (() => void)[] = [];

  function field(inert = false) {
    const picker = new PicturePicker(form);
    unregister.push(receivesPictures(picker)(fieldElement(inert)) as () => void);
    return picker;
  }

  const pasteText = (text: string, target: object = { tagName: "BODY" }) => {
    const event = { clipboardData: { getData: () => text, files: [] }, target, defaultPrevented: false, preventDefault: vi.fn() };
    onPaste(event as unknown as ClipboardEvent);
    return event;
  };

  afterEach(() => {
    for (const end of unregister.splice(0)) end();
    vi.useRealTimers();
  });

  test("is ignored if there is no picture field", () => {
    onDragEvent("over");
    expect(isDraggedOver()).toBe(false);
    onDragEvent("dropped");
    pasteText("");
    expect(host.pending).toEqual([]);
  });

  test("goes to the topmost reachable field", () => {
    const below = field();
    field(true);
    onDragEvent("over");
    expect(isDraggedOver()).toBe(true);
    onDragEvent("dropped");
    expect(isDraggedOver()).toBe(false);
    expect(below.preparing).toBe(true);
    expect(commands()).toEqual(["open_dropped_picture"]);
    const above = field();
    pasteText("");
    expect(above.preparing).toBe(true);
    expect(commands().at(-1)).toBe("open_clipboard_picture");
  });

  test("is ignored if the drag leaves the window", () => {
    field();
    onDragEvent("over");
    onDragEvent("left");
    expect(isDraggedOver()).toBe(false);
    expect(host.pending).toEqual([]);
  });

  test("can be a URL, but not if it is pasted into a text field", () => {
    field();
    expect(pasteText("https://example.com/a.png", { tagName: "INPUT", type: "text" }).preventDefault).not.toHaveBeenCalled();
    expect(form.typed.picture).toBeUndefined();
    expect(pasteText("https://example.com/a.png").preventDefault).toHaveBeenCalled();
    expect(form.typed.picture).toEqual({ kind: "url", url: "https://example.com/a.png" });
  });

  test("is opened once, although a paste causes a key event and a paste event", () => {
    vi.useFakeTimers();
    field();
    onKeydown({ key: "v", code: "KeyV", ctrlKey: true, metaKey: false, altKey: false, target: null } as unknown as KeyboardEvent);
    pasteText("");
    vi.advanceTimersByTime(1000);
    expect(commands()).toEqual(["open_clipboard_picture"]);
  });
});
