import { beforeEach, describe, expect, test } from "vitest";

import avatar from "../src/components/Avatar.svelte?raw";
import { overwriteGetLocale } from "../src/paraglide/runtime";
import tokens from "../src/styles/tokens.css?raw";
import { accentFor, GROUNDS } from "../src/text/accent";
import { contrast, ENOUGH, formatColour, parseColour } from "../src/text/colour";
import { ago, asOf, dateOnly } from "../src/text/dates";
import { languageHint } from "../src/text/hints";
import { firstGrapheme, tone, TONES } from "../src/text/initials";
import { isSave } from "../src/text/keys";
import { languageOptions, searchLanguages } from "../src/text/languages";

beforeEach(() => overwriteGetLocale(() => "en"));

function colour(text: string) {
  const parsed = parseColour(text);
  if (!parsed) throw new Error(`${text} is no colour`);
  return parsed;
}

const MINUTE = 60_000;

describe("dates", () => {
  const now = Date.UTC(2026, 0, 15, 12);
  test.each([
    [0, "just now"],
    [59_999, "just now"],
    [-5 * MINUTE, "just now"],
    [MINUTE, "1 minute ago"],
    [59 * MINUTE, "59 minutes ago"],
    [60 * MINUTE, "1 hour ago"],
    [24 * 60 * MINUTE, "yesterday"],
    [6 * 24 * 60 * MINUTE, "6 days ago"],
  ])("%i ms ago is %s", (age, words) => expect(ago(now - age, now, "en")).toBe(words));

  test("from a week on it is a date", () => {
    const at = now - 8 * 24 * 60 * MINUTE;
    expect(ago(at, now, "en")).toBe(dateOnly(at, "en"));
    expect(dateOnly(at, "es")).toBe("7 ene 2026");
  });
});

test("the moment of which something is shown is a time today, with the date before", () => {
  const now = new Date(2026, 0, 15, 12).getTime();
  expect(asOf(new Date(2026, 0, 15, 9, 12).getTime(), now, "es")).toBe("9:12");
  expect(asOf(new Date(2026, 0, 14, 9, 12).getTime(), now, "es")).toBe("14 ene 2026, 9:12");
});

describe("the hint at the language", () => {
  test("says what Lapel will speak, never more", () => {
    for (const tag of ["en", "es", ""]) expect(languageHint("profile", tag, "en")).toBe("Lapel follows this language.");
    for (const tag of ["fr", "de", "it", "zh", "pt", "ru"]) expect(languageHint("profile", tag, "en")).toContain("uses English");
    expect(languageHint("es", "en", "en")).toContain("stays in Spanish");
  });
});

describe("the shortcut for saving", () => {
  const key = (change: Partial<KeyboardEvent>) => isSave({ key: "s", code: "KeyS", ctrlKey: true, metaKey: false, altKey: false, ...change });
  test("is Ctrl or Command with S, wherever S is", () => {
    expect(key({})).toBe(true);
    expect(key({ key: "S", ctrlKey: false, metaKey: true })).toBe(true);
    expect(key({ key: "s", code: "Semicolon" })).toBe(true);
    expect(key({ key: "o", code: "KeyS" })).toBe(false);
    expect(key({ key: "ы", code: "KeyS" })).toBe(true);
    expect(key({ altKey: true })).toBe(false);
    expect(key({ ctrlKey: false })).toBe(false);
  });
});

describe("languages", () => {
  const tags = ["de", "en", "es", "fr", "pt", "pt-BR", "zh-Hans"];

  test("are sorted by the interface's names and named in both", () => {
    const english = languageOptions(tags, [], "en");
    expect(english.map((option) => option.tag)).toEqual(["pt-BR", "en", "fr", "de", "pt", "zh-Hans", "es"]);
    expect(english.at(-1)).toEqual({ tag: "es", own: "Español", local: "Spanish", offered: true });
    expect(languageOptions(tags, [], "es")[0]?.tag).toBe("de");
  });

  test("of the service have a name in themselves and in each language of the interface", () => {
    const service = ["es", "en", "fr", "de", "it", "zh", "pt", "ru"];
    const names = (locale: string) => languageOptions(service, [], locale).map(({ own, local }) => [own, local]);
    expect(names("en")).toEqual([
      ["中文", "Chinese"], ["English", "English"], ["Français", "French"], ["Deutsch", "German"], ["Italiano", "Italian"],
      ["Português", "Portuguese"], ["Русский", "Russian"], ["Español", "Spanish"],
    ]);
    expect(names("es").map(([, local]) => local)).toEqual(["Alemán", "Chino", "Español", "Francés", "Inglés", "Italiano", "Portugués", "Ruso"]);
  });

  test("that are held and no longer on offer come last, marked, even what is no tag", () => {
    const held = languageOptions(tags, ["eo", "not a tag!", "en", "", "eo"], "en");
    expect(held.filter(({ offered }) => !offered)).toEqual([
      { tag: "eo", own: "Esperanto", local: "Esperanto", offered: false },
      { tag: "not a tag!", own: "not a tag!", local: "Not a tag!", offered: false },
    ]);
    expect(held.slice(0, tags.length)).toEqual(languageOptions(tags, [], "en"));
    expect(held).toHaveLength(tags.length + 2);
  });

  test("are found by any name, without accents and case, and by tag", () => {
    const options = languageOptions(tags, [], "en");
    const found = (typed: string) => searchLanguages(options, typed).map((option) => option.tag);
    expect(found("espanol")).toEqual(["es"]);
    expect(found("SPAN")).toEqual(["es"]);
    expect(found("deut")).toEqual(["de"]);
    expect(found("中")).toEqual(["zh-Hans"]);
    expect(found("portugu")).toEqual(["pt-BR", "pt"]);
    expect(found("portuguese")).toEqual(["pt", "pt-BR"]);
    expect(found("pt-b")).toEqual(["pt-BR"]);
    expect(found(" ")).toHaveLength(tags.length);
    expect(found("xyz")).toEqual([]);
  });
});

describe("initials", () => {
  test("keep a grapheme whole", () => {
    expect(firstGrapheme("👩‍👩‍👧 Family")).toBe("👩‍👩‍👧");
    expect(firstGrapheme(" ñandú")).toBe("Ñ");
    expect(firstGrapheme("  ")).toBe("");
  });

  test("stand on a colour that stays the same and is spread", () => {
    expect(tone("5f1c0b7e2f8fb814b56fa181")).toBe(tone("5f1c0b7e2f8fb814b56fa181"));
    const seen = new Set(Array.from({ length: 100 }, (_, i) => tone(`id-${i}`)));
    expect(seen.size).toBe(TONES);
  });

  test("can be read on each of the colours", () => {
    const tones = [...avatar.matchAll(/\.tone\d \{ background: (#\w{6}); \}/g)].map(([, text]) => text ?? "");
    expect(tones).toHaveLength(TONES);
    for (const text of tones) expect(contrast(colour(text), [255, 255, 255]), text).toBeGreaterThanOrEqual(ENOUGH);
  });
});

describe("the accent", () => {
  test.each(["light", "dark"] as const)("can be read in %s, whatever the organization's colour", (theme) => {
    for (let i = 0; i < 4096; i += 7) {
      const text = "#" + i.toString(16).padStart(3, "0");
      const accent = accentFor(text, theme);
      expect(accent, text).not.toBeNull();
      if (!accent) continue;
      for (const ground of [...GROUNDS[theme].grounds, colour(accent.soft), colour(accent.on)]) {
        expect(contrast(colour(accent.accent), ground), text).toBeGreaterThanOrEqual(ENOUGH);
      }
    }
  });

  test("is the organization's very colour where that can be read", () => {
    expect(accentFor("#0B5CAD", "light")?.accent).toBe("#0b5cad");
  });

  test("is none of theirs where they have none", () => {
    for (const none of [null, undefined, "", "blue", "#12", "#0066CC; color: red"]) expect(accentFor(none, "light")).toBeNull();
  });

  test("is measured on the grounds that the styles have", () => {
    const [light, dark] = tokens.split('[data-theme="dark"]');
    for (const [styles, { grounds }] of [[light, GROUNDS.light], [dark, GROUNDS.dark]] as const) {
      const value = (name: string) => new RegExp(`--${name}: (#\\w{6});`).exec(styles ?? "")?.[1];
      expect([value("bg"), value("panel"), value("side")]).toEqual(grounds.map(formatColour));
    }
  });
});
