import { afterEach, describe, expect, test, vi } from "vitest";

import { isEditable, PasteOnce, pasted, TELLS_WITHIN_MS } from "../src/features/picture/paste";

const file = { type: "image/png" } as File;
const data = (text: string, ...files: File[]) => ({ getData: () => text, files: files as unknown as FileList });
const target = (tagName: string, more = {}) => ({ tagName, ...more }) as unknown as EventTarget;

describe("a paste", () => {
  test("of a picture is that picture, also in a field that it has no text for", () => {
    expect(pasted(data("", { type: "text/html" } as File, file), false)).toEqual({ kind: "file", file });
    expect(pasted(data("", file), true)).toEqual({ kind: "file", file });
  });

  test("of text into a field is left to the field, whatever else there is", () => {
    expect(pasted(data("https://example.com/a.png"), true)).toBeNull();
    expect(pasted(data("cells", file), true)).toBeNull();
  });

  test("of an address elsewhere is that address", () => {
    expect(pasted(data(" https://example.com/a.png\n"), false)).toEqual({ kind: "address", url: "https://example.com/a.png" });
    expect(pasted(data("HTTP://example.com/a.png"), false)).toMatchObject({ kind: "address" });
  });

  test("of anything else is for the shell to look at", () => {
    for (const text of ["", "words", "see https://example.com", "file:///etc/passwd"]) {
      expect(pasted(data(text), false), text).toEqual({ kind: "clipboard" });
    }
    expect(pasted(data(""), true)).toEqual({ kind: "clipboard" });
    expect(pasted(null, false)).toEqual({ kind: "clipboard" });
  });
});

test("text goes into text fields only", () => {
  for (const type of ["text", "search", "email", "password"]) expect(isEditable(target("INPUT", { type })), type).toBe(true);
  for (const type of ["file", "range", "color", "radio", "checkbox"]) expect(isEditable(target("INPUT", { type })), type).toBe(false);
  expect(isEditable(target("TEXTAREA"))).toBe(true);
  expect(isEditable(target("DIV", { isContentEditable: true }))).toBe(true);
  expect(isEditable(target("BUTTON", { type: "button" }))).toBe(false);
  expect(isEditable(null)).toBe(false);
});

describe("one paste", () => {
  afterEach(() => void vi.useRealTimers());

  function once() {
    vi.useFakeTimers();
    const take = vi.fn();
    return { take, one: new PasteOnce(take) };
  }

  test("is taken from the event that follows the keys", () => {
    const { take, one } = once();
    one.keys();
    vi.advanceTimersByTime(TELLS_WITHIN_MS / 2);
    expect(one.told()).toBe(true);
    vi.advanceTimersByTime(5000);
    expect(take).not.toHaveBeenCalled();
  });

  test("is taken from the keys where no event follows, or a late one", () => {
    const { take, one } = once();
    one.keys();
    vi.advanceTimersByTime(TELLS_WITHIN_MS);
    expect(take).toHaveBeenCalledTimes(1);
    expect(one.told()).toBe(false);
    vi.advanceTimersByTime(5000);
    expect(one.told()).toBe(true);
  });

  test("needs no keys", () => {
    const { one } = once();
    expect(one.told()).toBe(true);
  });
});
