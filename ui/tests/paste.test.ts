import { afterEach, describe, expect, test, vi } from "vitest";

import { pictureAt } from "../src/features/picture/html-picture";
import { isEditable } from "../src/keyboard/keys";
import { PasteOnce, pastedContent, PASTE_EVENT_TIMEOUT_MS } from "../src/features/picture/paste";

const file = { type: "image/png" } as File;
const data = (text: string, ...files: File[]) => ({ getData: (type: string) => (type === "text/plain" ? text : ""), files: files as unknown as FileList });
const target = (tagName: string, more = {}) => ({ tagName, ...more }) as unknown as EventTarget;

describe("a paste", () => {
  test("of a picture file is the file; in a text field only if there is no text", () => {
    expect(pastedContent(data("", { type: "text/html" } as File, file), false)).toEqual({ kind: "file", file });
    expect(pastedContent(data("", file), true)).toEqual({ kind: "file", file });
  });

  test("of text into a text field is left to the field, even if there is a file, too", () => {
    expect(pastedContent(data("https://example.com/a.png"), true)).toBeNull();
    expect(pastedContent(data("cells", file), true)).toBeNull();
  });

  test("of a URL outside of text fields is the URL", () => {
    expect(pastedContent(data(" https://example.com/a.png\n"), false)).toEqual({ kind: "address", url: "https://example.com/a.png" });
    expect(pastedContent(data("HTTP://example.com/a.png"), false)).toMatchObject({ kind: "address" });
  });

  test("of anything else is left to the shell", () => {
    for (const text of ["", "words", "see https://example.com", "file:///etc/passwd"]) {
      expect(pastedContent(data(text), false), text).toEqual({ kind: "clipboard", html: "" });
    }
    expect(pastedContent(data(""), true)).toEqual({ kind: "clipboard", html: "" });
    expect(pastedContent(null, false)).toEqual({ kind: "clipboard", html: "" });
    expect(pastedContent({ ...data("words"), getData: (type: string) => (type === "text/html" ? "<img>" : "words") }, false)).toEqual({ kind: "clipboard", html: "<img>" });
  });
});

describe("the picture of an image in HTML", () => {
  test("is its address on the web", () => {
    expect(pictureAt("HTTPS://example.com/a.png")).toEqual({ kind: "address", url: "HTTPS://example.com/a.png" });
  });

  test("is the file that the address contains", async () => {
    const picture = pictureAt("data:image/png;charset=x;base64,aGVyb24=");
    if (picture?.kind !== "file") throw new Error("no file");
    expect(picture.file.type).toBe("image/png");
    expect(await picture.file.text()).toBe("heron");
  });

  test("is missing for any other address", () => {
    for (const source of ["", "a.png", "/a.png", "file:///tmp/a.png", "javascript:alert(1)", "cid:1", "data:text/html;base64,aGVyb24=", "data:image/png;base64,%%%", "data:image/svg+xml,<svg>"]) {
      expect(pictureAt(source), source).toBeNull();
    }
  });
});

test("only text fields are editable", () => {
  for (const type of ["text", "search", "email", "password"]) expect(isEditable(target("INPUT", { type })), type).toBe(true);
  for (const type of ["file", "range", "color", "radio", "checkbox"]) expect(isEditable(target("INPUT", { type })), type).toBe(false);
  expect(isEditable(target("TEXTAREA"))).toBe(true);
  expect(isEditable(target("DIV", { isContentEditable: true }))).toBe(true);
  expect(isEditable(target("BUTTON", { type: "button" }))).toBe(false);
  expect(isEditable(null)).toBe(false);
});

describe("handling a paste once", () => {
  afterEach(() => void vi.useRealTimers());

  function once() {
    vi.useFakeTimers();
    const paste = vi.fn();
    return { paste, pasteOnce: new PasteOnce(paste) };
  }

  test("uses the event that follows the keys", () => {
    const { paste, pasteOnce } = once();
    pasteOnce.onKeys();
    vi.advanceTimersByTime(PASTE_EVENT_TIMEOUT_MS / 2);
    expect(pasteOnce.onEvent()).toBe(true);
    vi.advanceTimersByTime(5000);
    expect(paste).not.toHaveBeenCalled();
  });

  test("uses the keys if no event or only a late one follows", () => {
    const { paste, pasteOnce } = once();
    pasteOnce.onKeys();
    vi.advanceTimersByTime(PASTE_EVENT_TIMEOUT_MS);
    expect(paste).toHaveBeenCalledTimes(1);
    expect(pasteOnce.onEvent()).toBe(false);
    vi.advanceTimersByTime(5000);
    expect(pasteOnce.onEvent()).toBe(true);
  });

  test("works without keys", () => {
    const { pasteOnce } = once();
    expect(pasteOnce.onEvent()).toBe(true);
  });
});
