import { beforeEach, describe, expect, test } from "vitest";

import avatar from "../src/components/Avatar.svelte?raw";
import { languageHint } from "../src/features/profile/language";
import * as m from "../src/messages";
import { INTERFACE_LANGUAGES, setInterfaceLanguage } from "../src/state/locale.svelte";
import tokens from "../src/styles/tokens.css?raw";
import { accentFor, contrast, formatColor, MIN_CONTRAST, parseColor, THEME_COLORS } from "../src/text/accent";
import { ago, asOf, dateOnly } from "../src/text/dates";
import { firstGrapheme, tone, TONES } from "../src/text/initials";
import { languageOptions, searchLanguages } from "../src/text/languages";
import { clausesOf, listOf, sentencesOf } from "../src/text/lists";
import { STORAGE_TEXTS } from "../src/text/words";

beforeEach(() => setInterfaceLanguage("en"));

function color(text: string) {
  const parsed = parseColor(text);
  if (!parsed) throw new Error(`${text} is not a color`);
  return parsed;
}

test("a data folder that cannot be used is named, with the way to another one", () => {
  for (const language of ["en", "es"] as const) {
    void setInterfaceLanguage(language);
    for (const state of ["readOnly", "failed"] as const) {
      expect(STORAGE_TEXTS[state]({ folder: "/home/ana/.local" })).toMatch(/\/home\/ana\/\.local.*LAPEL_DATA_DIR/);
    }
  }
});

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

  test("from one week on, it is a date", () => {
    const at = now - 8 * 24 * 60 * MINUTE;
    expect(ago(at, now, "en")).toBe(dateOnly(at, "en"));
    expect(dateOnly(at, "es")).toBe("7 ene 2026");
  });
});

test("a time of today is shown without its date", () => {
  const now = new Date(2026, 0, 15, 12).getTime();
  expect(asOf(new Date(2026, 0, 15, 9, 12).getTime(), now, "es")).toBe("9:12");
  expect(asOf(new Date(2026, 0, 14, 9, 12).getTime(), now, "es")).toBe("14 ene 2026, 9:12");
});

describe("the hint at the language field", () => {
  test("says in which language Lapel is shown", () => {
    for (const tag of [...INTERFACE_LANGUAGES, ""]) expect(languageHint("profile", tag, "en")).toBe("Lapel is shown in this language.");
    for (const tag of ["tlh", "xx"]) expect(languageHint("profile", tag, "en")).toContain("shown in English");
    expect(languageHint("es", "en", "en")).toContain("shown in Spanish");
  });
});

describe("languages", () => {
  const tags = ["de", "en", "es", "fr", "pt", "pt-BR", "zh-Hans"];

  test("are sorted by their names in the interface language, and also have native names", () => {
    const english = languageOptions(tags, [], "en");
    expect(english.map((option) => option.tag)).toEqual(["pt-BR", "en", "fr", "de", "pt", "zh-Hans", "es"]);
    expect(english.at(-1)).toEqual({ tag: "es", nativeName: "Español", localName: "Spanish", offered: true });
    expect(languageOptions(tags, [], "es")[0]?.tag).toBe("de");
  });

  test("that the service offers have native names and names in each interface language", () => {
    const service = ["es", "en", "fr", "de", "it", "zh", "pt", "ru"];
    const names = (locale: string) => languageOptions(service, [], locale).map(({ nativeName, localName }) => [nativeName, localName]);
    expect(names("en")).toEqual([
      ["中文", "Chinese"], ["English", "English"], ["Français", "French"], ["Deutsch", "German"], ["Italiano", "Italian"],
      ["Português", "Portuguese"], ["Русский", "Russian"], ["Español", "Spanish"],
    ]);
    expect(names("es").map(([, localName]) => localName)).toEqual(["Alemán", "Chino", "Español", "Francés", "Inglés", "Italiano", "Portugués", "Ruso"]);
  });

  test("in use but no longer offered come last and marked, even invalid tags", () => {
    const options = languageOptions(tags, ["eo", "not a tag!", "en", "", "eo"], "en");
    expect(options.filter(({ offered }) => !offered)).toEqual([
      { tag: "eo", nativeName: "Esperanto", localName: "Esperanto", offered: false },
      { tag: "not a tag!", nativeName: "not a tag!", localName: "Not a tag!", offered: false },
    ]);
    expect(options.slice(0, tags.length)).toEqual(languageOptions(tags, [], "en"));
    expect(options).toHaveLength(tags.length + 2);
  });

  test("are found by any name and by tag, ignoring accents and case", () => {
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

  test("are found by their names in the languages of the interface, if nothing else is found, also if the server offers only some", () => {
    const options = languageOptions(["es", "de", "fr", "ru"], [], "es");
    const found = (typed: string) => searchLanguages(options, typed).map((option) => option.tag);
    expect(found("spanish")).toEqual(["es"]);
    expect(found("allemand")).toEqual(["de"]);
    expect(found("俄语")).toEqual(["ru"]);
    expect(found("tedesco")).toEqual(["de"]);
    expect(found("alemão")).toEqual(["de"]);
    expect(found("русск")).toEqual(["ru"]);
    expect(found("французский")).toEqual(["fr"]);
  });
});

test("lists and sentences are joined as the language writes them", () => {
  for (const [language, list, clauses, sentences] of [["en", "A, B", "A, B", "A. B."], ["ru", "A, B", "A, B", "A. B."], ["zh", "A、B", "A，B", "A.B."]] as const) {
    void setInterfaceLanguage(language);
    expect([listOf(["A", "B"]), clausesOf(["A", "B"]), sentencesOf("A.", "", "B.")]).toEqual([list, clauses, sentences]);
  }
});

test("a value from right to left is isolated in a text, so that it does not turn the words around it", () => {
  expect(m.role_not_changed({ name: "محمد", error: "no" })).toBe("\u2068محمد\u2069: no");
  expect(m.role_not_changed({ name: "Anna", error: "no" })).toBe("Anna: no");
});

describe("initials", () => {
  test("do not split a grapheme", () => {
    expect(firstGrapheme("👩‍👩‍👧 Family")).toBe("👩‍👩‍👧");
    expect(firstGrapheme(" ñandú")).toBe("Ñ");
    expect(firstGrapheme("  ")).toBe("");
  });

  test("have a color that is stable and evenly distributed", () => {
    expect(tone("5f1c0b7e2f8fb814b56fa181")).toBe(tone("5f1c0b7e2f8fb814b56fa181"));
    const seen = new Set(Array.from({ length: 100 }, (_, i) => tone(`id-${i}`)));
    expect(seen.size).toBe(TONES);
  });

  test("have enough contrast on each color", () => {
    const tones = [...avatar.matchAll(/\.tone\d \{ background: (#\w{6}); \}/g)].map(([, text]) => text ?? "");
    expect(tones).toHaveLength(TONES);
    for (const text of tones) expect(contrast(color(text), [255, 255, 255]), text).toBeGreaterThanOrEqual(MIN_CONTRAST);
  });
});

describe("the accent", () => {
  test.each(["light", "dark"] as const)("has enough contrast in %s for every color of an organization", (theme) => {
    for (let i = 0; i < 4096; i += 7) {
      const text = "#" + i.toString(16).padStart(3, "0");
      const accent = accentFor(text, theme);
      expect(accent, text).not.toBeNull();
      if (!accent) continue;
      for (const background of [...THEME_COLORS[theme].backgrounds, color(accent.soft), color(accent.onAccent)]) {
        expect(contrast(color(accent.accent), background), text).toBeGreaterThanOrEqual(MIN_CONTRAST);
      }
    }
  });

  test("is exactly the organization's color if it has enough contrast", () => {
    expect(accentFor("#0B5CAD", "light")?.accent).toBe("#0b5cad");
  });

  test("is the default without a valid color", () => {
    for (const none of [null, undefined, "", "blue", "#12", "#0066CC; color: red"]) expect(accentFor(none, "light")).toBeNull();
  });

  test("is checked against the same backgrounds as in the styles", () => {
    const [light, dark] = tokens.split('[data-theme="dark"]');
    for (const [styles, { backgrounds }] of [[light, THEME_COLORS.light], [dark, THEME_COLORS.dark]] as const) {
      const value = (name: string) => new RegExp(`--${name}: (#\\w{6});`).exec(styles ?? "")?.[1];
      expect([value("bg"), value("panel"), value("side")]).toEqual(backgrounds.map(formatColor));
    }
  });
});
