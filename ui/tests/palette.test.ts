// The search of the whole window: what it lists, in which order, and what a choice does.

import { beforeEach, describe, expect, test, vi } from "vitest";

import { frameActions, palettePages } from "../src/app/palette-actions";
import { groupsFor, type Option } from "../src/features/palette/options";
import Palette from "../src/features/palette/Palette.svelte";
import { PaletteSearch } from "../src/features/palette/search.svelte";
import type { FoundPeople, TeamRow } from "../src/host/types";
import { setInterfaceLanguage } from "../src/state/locale.svelte";
import { PaletteState } from "../src/state/palette.svelte";
import { matchWords, typedWords } from "../src/text/word-search";
import { host, settle } from "./host";
import { account, html, receiveSnapshot, signInAgain } from "./page";
import { failure, profile, snapshot, teamRow } from "./samples";

const victor = teamRow({ id: "r1", name: "Victor Viewer", email: "viewer@example.com", nameMarks: [[0, 4]] });
const found = (people: TeamRow[], more: Partial<FoundPeople> = {}): FoundPeople => ({ people, total: 5, partial: null, ...more });
const texts = (options: readonly Option[]) => options.map(({ text }) => text);

beforeEach(() => signInAgain());

describe("words in a text", () => {
  const matches = (text: string, typed: string) => matchWords(text, typedWords(typed))?.map(([start, end]) => text.slice(start, end)) ?? null;

  test("match the beginnings of words, in any order", () => {
    expect(matches("Keyboard shortcuts", "sho")).toEqual(["sho"]);
    expect(matches("Keyboard shortcuts", "short key")).toEqual(["Key", "short"]);
    expect(matches("Keyboard shortcuts", "board")).toBe(null);
    expect(matches("Keyboard shortcuts", "key x")).toBe(null);
    expect(matches("Keyboard shortcuts", "  ")).toEqual([]);
  });

  test("match without case and accents, and whole letters are marked", () => {
    expect(matches("Exportar página", "PAG")).toEqual(["pág"]);
    expect(matches("Mostrar a\u0301rea", "a")).toEqual(["a\u0301"]);
    expect(matches("Tema: Oscuro", "óscuro")).toEqual(["Oscuro"]);
  });
});

describe("the list", () => {
  const run = vi.fn();
  const pages = [{ id: "page team", icon: "people" as const, text: () => "Team", run }];
  const actions = [
    { id: "save", icon: "check" as const, text: () => "Save changes", shortcut: "save" as const, run },
    { id: "account 2", icon: "updown" as const, text: () => "Switch to Olivia Owner", detail: "Demo on this computer", run },
  ];
  const list = (typed: string, more = {}) => groupsFor(typed, { people: [], pages, actions, recent: [], ...more });
  const shown = (typed: string, more = {}) => list(typed, more).map(({ group, options }) => [group, texts(options)]);

  test("has pages and actions without a text, and people before them otherwise", () => {
    expect(shown("")).toEqual([["pages", ["Team"]], ["actions", ["Save changes", "Switch to Olivia Owner"]]]);
    expect(shown("t", { people: [victor] })).toEqual([["people", ["Victor Viewer"]], ["pages", ["Team"]], ["actions", ["Switch to Olivia Owner"]]]);
    expect(shown("xyz")).toEqual([]);
  });

  test("finds an action by its detail, and marks what was found where it stands", () => {
    const [option] = list("demo olivia")[0]?.options ?? [];
    expect([option?.marks, option?.detailMarks]).toEqual([[[10, 16]], [[0, 4]]]);
  });

  test("begins with the recent choices, as far as they are possible, and lists nothing twice", () => {
    const recent = [{ id: "person r1", person: victor }, { id: "save" }, { id: "gone" }];
    expect(shown("", { recent })).toEqual([["recent", ["Victor Viewer", "Save changes"]], ["pages", ["Team"]], ["actions", ["Switch to Olivia Owner"]]]);
    expect(list("", { recent })[0]?.options[0]?.marks, "nothing was searched").toEqual([]);
    expect(shown("sa", { recent })).toEqual([["actions", ["Save changes"]]]);
  });
});

describe("the search", () => {
  const search = () => new PaletteSearch(account.palette, () => palettePages(account));

  test("asks the shell at each keystroke, and ignores a result that is late", async () => {
    host.hold = true;
    const palette = search();
    palette.type("v");
    palette.type("vi");
    const [first, second] = host.pending;
    expect([first?.payload.search, second?.payload.search]).toEqual(["v", "vi"]);
    second?.resolve(found([victor]));
    await settle();
    first?.resolve(found([teamRow({ id: "r9", name: "Late" })]));
    await settle();
    expect(texts(palette.options)).toEqual(["Victor Viewer"]);
    host.hold = false;
  });

  test("a quick Enter waits for the people, and does not choose an earlier line", async () => {
    host.hold = true;
    const palette = search();
    palette.type("vi");
    const choice = palette.choice();
    host.pending[0]?.resolve(found([victor]));
    expect((await choice)?.text).toBe("Victor Viewer");
    host.hold = false;
  });

  test("moves through all groups and around the ends", async () => {
    host.respondWith("find_people", found([victor]));
    const palette = search();
    palette.type("te");
    await settle();
    expect(texts(palette.options)).toEqual(["Victor Viewer", "Team"]);
    palette.move(-1);
    expect(palette.active?.text).toBe("Team");
    palette.move(1);
    expect(palette.active?.text).toBe("Victor Viewer");
  });

  test("a failure is kept until the next result, and pages are still found", async () => {
    host.failWith("find_people", failure("storageFailed"));
    const palette = search();
    palette.type("te");
    await settle();
    expect(palette.failure?.code).toBe("storageFailed");
    expect(texts(palette.options)).toEqual(["Team"]);
    palette.type("");
    expect(palette.failure).toBe(null);
  });
});

describe("the actions", () => {
  const ids = () => frameActions(account).map(({ id }) => id);

  test("offer to save only what is changed", () => {
    receiveSnapshot({ profile });
    expect(ids()).not.toContain("save");
    account.form.type("firstName", "Olga");
    expect(ids()).toContain("save");
  });

  test("offer the other themes", () => {
    const { preferences } = snapshot({});
    receiveSnapshot({ preferences: { ...preferences, theme: "dark" } });
    expect(ids().filter((id) => id.startsWith("theme"))).toEqual(["theme system", "theme light"]);
    frameActions(account).find(({ id }) => id === "theme light")?.run();
    return vi.waitFor(() => expect(host.payloads("set_preferences")[0].preferences.theme).toBe("light"));
  });

  test("refresh as the button does, and show its failure", async () => {
    host.failWith("refresh", failure("internal"));
    frameActions(account).find(({ id }) => id === "refresh")?.run();
    await settle();
    expect(account.failures.all.map(({ action }) => action)).toEqual(["refresh"]);
  });

  test("are withdrawn with the part of the page that offers them", () => {
    const palette = new PaletteState();
    const withdraw = palette.offer(() => [{ id: "a", icon: "check", text: () => "A", run: () => {} }]);
    const other = palette.offer(() => [{ id: "b", icon: "check", text: () => "B", run: () => {} }]);
    expect(palette.actions.map(({ id }) => id)).toEqual(["a", "b"]);
    withdraw();
    expect(palette.actions.map(({ id }) => id)).toEqual(["b"]);
    other();
    expect(palette.actions).toEqual([]);
  });

  test("the last choices are remembered, the latest first and each once", () => {
    const palette = new PaletteState();
    for (const id of ["a", "b", "c", "a", "d", "e"]) palette.remember({ id });
    expect(palette.recent.map(({ id }) => id)).toEqual(["e", "d", "a", "c"]);
  });
});

test.each(["en", "es"] as const)("the dialog is a combobox with a list of options in %s", (locale) => {
  void setInterfaceLanguage(locale);
  const page = html(Palette, { pages: () => palettePages(account) });
  expect(page).toContain('role="combobox"');
  expect(page).toMatch(/aria-activedescendant="(\S+-0)"[\s\S]*role="option"[^>]*id="\1"[^>]*aria-selected="true"/);
  expect(page.match(/role="option"/g)?.length).toBe(3);
});
