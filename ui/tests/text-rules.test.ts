// The lint checks of texts in code and of style sheets find each kind of mistake.

import { expect, test } from "vitest";

import { physicalProperties, textsInScript, textsInTemplate } from "../../tests/lint/text-rules.mjs";

const texts = (found: [number, string][]): string[] => found.map(([, text]) => text);

test("a template has no literal texts", () => {
  for (const [source, text] of [
    ["<p>Hello</p>", "Hello"],
    ["{#if true}<b>{1} left</b>{/if}", "left"],
    ['<button aria-label="Close"></button>', "Close"],
    ['<Field label="Name" />', "Name"],
    ['<p title={busy ? "One moment" : ""}></p>', "One moment"],
    ['<p>{busy ? "One moment" : m.done()}</p>', "One moment"],
  ] as const) {
    expect(texts(textsInTemplate(source)), source).toEqual([text]);
  }
  for (const source of ["<p>{m.hello()} · 1</p>", '<h1>Lapel</h1><p class="some words" style:width="{1}px"></p>', "<p style:--row={`${1}px`}></p>"]) {
    expect(textsInTemplate(source), source).toEqual([]);
  }
});

test("a script has no literal sentences", () => {
  for (const [source, text] of [
    ['const text = "Not found";', "Not found"],
    ["const text = `Saved as ${name}`;", "Saved as ${name}"],
    ['const text = "Saving…";', "Saving…"],
  ] as const) {
    expect(texts(textsInScript(source)), source).toEqual([text]);
  }
  for (const source of ['// "A comment is fine"', 'throw new Error("Lapel\'s page is broken");', 'key === "Escape"', 'const url = "https://x"; // Some words']) {
    expect(textsInScript(source), source).toEqual([]);
  }
});

test("style sheets use logical properties", () => {
  for (const css of ["a { margin-left: 1px }", "a { left: 0; }", "a{text-align: right}", "a { border-top-left-radius: 2px }", "a { padding-bottom: 1px }"]) {
    expect(physicalProperties(css), css).toHaveLength(1);
  }
  const logical = "a { margin-inline-start: 1px; inset-inline-start: 0; text-align: start; border-radius: 2px; --left: 1px; margin: 0 4px }";
  expect(physicalProperties(logical)).toEqual([]);
});
