// Copying a text for other programs.

import { afterEach, describe, expect, test, vi } from "vitest";

import { copyText } from "../src/text/copy";

describe("copying", () => {
  afterEach(() => vi.unstubAllGlobals());

  test("uses the clipboard", async () => {
    const writeText = vi.fn(async () => {});
    vi.stubGlobal("navigator", { clipboard: { writeText } });
    expect(await copyText("text", undefined)).toBe("copied");
    expect(writeText).toHaveBeenCalledWith("text");
  });

  test.each([["refused", { writeText: () => Promise.reject(new Error("not allowed")) }], ["missing", undefined]])(
    "selects what is shown where the clipboard is %s",
    async (_, clipboard) => {
      const selectAllChildren = vi.fn();
      vi.stubGlobal("navigator", { clipboard });
      vi.stubGlobal("getSelection", () => ({ selectAllChildren }));
      const shown = {} as Node;
      expect(await copyText("text", shown)).toBe("selected");
      expect(selectAllChildren).toHaveBeenCalledWith(shown);
    },
  );
});
