// The colors for a system that asks for more contrast.

import { describe, expect, test } from "vitest";

import tokens from "../src/styles/tokens.css?raw";
import { contrast, parseColor } from "../src/text/accent";

const [usual = "", more = ""] = tokens.split("@media (prefers-contrast: more)");

/** The colors that a part of the style sheet sets for a theme. */
function colors(css: string, theme: "light" | "dark"): Record<string, string> {
  const selector = theme === "light" ? /:root \{([^}]*)\}/ : /:root\[data-theme="dark"\] \{([^}]*)\}/;
  const block = selector.exec(css)?.[1] ?? "";
  return Object.fromEntries([...block.matchAll(/(--[\w-]+): (#[0-9a-f]{6});/g)].map(([, name, value]) => [name, value]));
}

describe.each(["light", "dark"] as const)("in the %s theme", (theme) => {
  const before = colors(usual, theme);
  const after = { ...before, ...colors(more, theme) };
  const grounds = ["--bg", "--panel", "--popup", "--side"];

  const least = (palette: Record<string, string>, name: string): number => {
    const rgb = (key: string) => parseColor(palette[key] ?? "") ?? [0, 0, 0];
    return Math.min(...grounds.map((ground) => contrast(rgb(name), rgb(ground))));
  };

  test.each([["--line", 3], ["--line-button", 4.5], ["--line-strong", 7], ["--dim", 7]])("%s has a contrast of %d and more than usual", (name, wanted) => {
    expect(least(after, name)).toBeGreaterThanOrEqual(wanted);
    expect(least(after, name)).toBeGreaterThan(least(before, name));
  });

  test("nothing else changes", () => {
    expect(Object.keys(colors(more, theme))).toEqual(["--line", "--line-button", "--line-strong", "--dim"]);
  });
});
