// Copying text to the clipboard.

import { afterEach, describe, expect, test, vi } from "vitest";

import { copyText, outcomeFor } from "../src/text/copy";

describe("copying", () => {
  afterEach(() => vi.unstubAllGlobals());

  test("uses the clipboard", async () => {
    const writeText = vi.fn(async () => {});
    vi.stubGlobal("navigator", { clipboard: { writeText } });
    expect(await copyText("text", undefined)).toEqual({ text: "text", outcome: "copied" });
    expect(writeText).toHaveBeenCalledWith("text");
  });

  test.each([["refused", { writeText: () => Promise.reject(new Error("not allowed")) }], ["missing", undefined]])(
    "selects the element if the clipboard is %s",
    async (_, clipboard) => {
      const selectAllChildren = vi.fn();
      vi.stubGlobal("navigator", { clipboard });
      vi.stubGlobal("getSelection", () => ({ selectAllChildren }));
      const element = {} as Node;
      expect(await copyText("text", element)).toEqual({ text: "text", outcome: "selected" });
      expect(selectAllChildren).toHaveBeenCalledWith(element);
    },
  );

  test("has no outcome for a different text", () => {
    expect(outcomeFor("text", { text: "text", outcome: "copied" })).toBe("copied");
    expect(outcomeFor("another", { text: "text", outcome: "copied" })).toBeNull();
    expect(outcomeFor("text", null)).toBeNull();
  });
});
