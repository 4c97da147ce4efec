// Switching the language of the interface: a language appears as a whole, when its texts have arrived.

import { beforeEach, expect, test, vi } from "vitest";

// Loaded anew for each test, without the languages that the set-up has loaded.
let locale: typeof import("../src/state/locale.svelte");
let m: typeof import("../src/messages");

beforeEach(async () => {
  vi.resetModules();
  locale = await import("../src/state/locale.svelte");
  m = await import("../src/messages");
});

const shown = () => [locale.interfaceLanguage(), document.documentElement.lang, m.cancel()];

test("the former language stays until the other one has arrived", async () => {
  await locale.setInterfaceLanguage("en");
  const arrival = locale.setInterfaceLanguage("de");
  expect(shown()).toEqual(["en", "en", "Cancel"]);
  await arrival;
  expect(shown()).toEqual(["de", "de", "Abbrechen"]);
  void locale.setInterfaceLanguage("en");
  expect(shown(), "a loaded language appears at once").toEqual(["en", "en", "Cancel"]);
});

test("of several languages the last one counts, and all calls wait for it", async () => {
  const first = locale.setInterfaceLanguage("de");
  void locale.setInterfaceLanguage("fr");
  await first;
  expect(shown()).toEqual(["fr", "fr", "Annuler"]);
});

test("a language without a file is an error, and the former one stays", async () => {
  await locale.setInterfaceLanguage("es");
  await expect(locale.setInterfaceLanguage("tlh")).rejects.toThrow("tlh");
  expect(shown()).toEqual(["es", "es", "Cancelar"]);
  await locale.setInterfaceLanguage("de");
  expect(shown()[0]).toBe("de");
});

test("numbers and plural forms are those of the language", async () => {
  for (const [language, number] of [["en", "1,234,567"], ["de", "1.234.567"], ["ru", "1\u00a0234\u00a0567"], ["zh", "1,234,567"]] as const) {
    await locale.setInterfaceLanguage(language);
    expect(m.palette_found({ count: 1_234_567 })).toContain(number);
  }
  await locale.setInterfaceLanguage("ru");
  const words = [1, 21, 2, 22, 5, 11].map((count) => m.palette_found({ count }).replace(/\d+/, ""));
  expect([words[0] === words[1], words[2] === words[3], words[4] === words[5], new Set(words).size]).toEqual([true, true, true, 3]);
});
