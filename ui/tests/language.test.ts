// A language that is no longer on offer: shown where it is held, marked, and never lost or sent.

import { render } from "svelte/server";
import { beforeEach, describe, expect, test, vi } from "vitest";

import type { Snapshot } from "../src/host/types";
import { overwriteGetLocale } from "../src/paraglide/runtime";
import { account, edit, failure, profile, snapshot } from "./samples";

const OFFERED = vi.hoisted(() => ["es", "en", "fr", "de", "it", "zh", "pt", "ru"]);

vi.mock("@tauri-apps/api/core", () => ({ invoke: async () => null }));
vi.mock("@tauri-apps/api/event", () => ({ listen: async () => () => {} }));
vi.stubGlobal("document", { documentElement: {} });
vi.stubGlobal("navigator", { languages: ["en"] });
vi.stubGlobal("window", { __LAPEL__: { snapshot: snapshot({}), servers: [], pictureOrigin: "pictures/", dataFolder: "", version: "", languages: OFFERED } });

const { default: ProfilePage } = await import("../src/features/profile/ProfilePage.svelte");
const { changeText, controlOf, queueText, stateText } = await import("../src/features/profile/edits");
const { editProblem, languageNote, languageProblem } = await import("../src/features/profile/language");
const { app } = await import("../src/state/app.svelte");
const { form } = await import("../src/form/form.svelte");

const NOT_OFFERED = "This language is not offered. Choose another one.";
const STAYS = "This language is not offered. It stays until you choose another one.";
const FIRST = "Choose another language first.";

const parked = edit({ field: "language", state: "refused", base: "en", mine: "ca", reason: failure("languageNotOffered", { field: "language" }) });
const waits = edit({ reason: failure("ownLanguageNeeded", { field: "language" }) });

let id = 1;

/** The page in a state, for somebody new. */
function drawn(change: Partial<Snapshot>): string {
  app.snapshot = snapshot({ account: account((id += 1)), ...change });
  form.adopt(app.snapshot);
  return render(ProfilePage).body.replace(/<!--.*?-->/g, "");
}

/** What the page shows and says at the language. */
function atLanguage(html: string): { value: string | undefined; error: string | undefined; hint: string | undefined } {
  const found = (pattern: RegExp) => pattern.exec(html)?.[1];
  return {
    value: found(/<input id="profile-language"[^>]* value="([^"]*)"/),
    error: found(/id="profile-language-error"[^>]*>([^<]*)/),
    hint: found(/id="profile-language-hint"[^>]*>([^<]*)/),
  };
}

beforeEach(() => {
  overwriteGetLocale(() => "en");
  app.painted = true;
});

describe("the language field", () => {
  test("shows what a profile holds, also what is no longer on offer, and asks for nothing", () => {
    expect(atLanguage(drawn({}))).toEqual({ value: "English", hint: "Lapel follows this language.", error: undefined });
    expect(atLanguage(drawn({ profile: { ...profile, language: "ca" } }))).toEqual({ value: "Catalan", hint: STAYS, error: undefined });
    expect(atLanguage(drawn({ profile: { ...profile, language: "" } }))).toMatchObject({ value: "", error: undefined });
  });

  test("marks a draft of before", () => {
    const html = drawn({ draft: { firstName: "Olga", language: "ca", base: {} } });
    expect(atLanguage(html)).toEqual({ value: "Catalan", error: NOT_OFFERED, hint: undefined });
    expect(form.different).toEqual({ firstName: "Olga", language: "ca" });
    form.type("language", "fr");
    expect(atLanguage(render(ProfilePage).body)).toMatchObject({ value: "French", error: undefined });
  });

  test("marks a saved change of before, and says no more once another one is chosen", () => {
    expect(atLanguage(drawn({ edits: [parked] }))).toMatchObject({ value: "Catalan", error: NOT_OFFERED });
    form.type("language", "fr");
    expect(atLanguage(render(ProfilePage).body)).toMatchObject({ value: "French", error: undefined });
  });

  test("asks for another language where other changes wait for one", () => {
    const html = drawn({ profile: { ...profile, language: "ca" }, edits: [waits] });
    expect(atLanguage(html)).toMatchObject({ value: "Catalan", error: expect.stringContaining(FIRST) });
    form.type("language", "fr");
    expect(atLanguage(render(ProfilePage).body).error).toBeUndefined();
  });
});

describe("what is to say about a language", () => {
  test("is a hint where it can stay", () => {
    expect(languageNote("profile", "es", OFFERED, "en")).toBe("Lapel follows this language.");
    expect(languageNote("profile", "", OFFERED, "en")).toBe("Lapel follows this language.");
    expect(languageNote("es", "pt-BR", OFFERED, "en")).toBe(STAYS);
  });

  test("is a problem where another one has to be chosen", () => {
    expect(languageProblem(undefined, [], OFFERED)).toBeUndefined();
    expect(languageProblem("fr", [waits, parked], OFFERED)).toBeUndefined();
    expect(languageProblem("ca", [], OFFERED)?.code).toBe("languageNotOffered");
    expect(languageProblem(undefined, [waits, parked], OFFERED)?.code).toBe("languageNotOffered");
    expect(languageProblem(undefined, [edit({}), waits], OFFERED)?.code).toBe("ownLanguageNeeded");
    expect(languageProblem(undefined, [edit({ reason: failure("roleNotSent") })], OFFERED)).toBeUndefined();
    const refused = edit({ field: "language", state: "refused", reason: failure("rejected") });
    expect(languageProblem(undefined, [refused], OFFERED)).toBeUndefined();
  });
});

describe("a saved change that needs a language", () => {
  test("says so, and leads to the field", () => {
    for (const one of [parked, waits]) {
      expect([stateText(one), changeText(one), controlOf(one)]).toEqual(["Needs your attention", "Choose a language", "language"]);
      expect(queueText([one], false)).toBe("1 change needs your attention.");
    }
    const refused = edit({ state: "refused", reason: failure("rejected") });
    expect([stateText(refused), changeText(refused), controlOf(refused)]).toEqual(["Refused", "Correct it", "firstName"]);
    expect([stateText(edit({})), changeText(edit({}))]).toEqual(["Not sent yet", "Change it"]);
    expect(queueText([parked, refused], false)).toBe("The server refused a change. Correct it or discard it.");
  });

  test("can be discarded", () => {
    const html = drawn({ edits: [parked] });
    expect(html).toContain(">Discard<");
    expect(html.split(NOT_OFFERED)).toHaveLength(3);
  });

  test("is not kept as it is in a conflict, where it could not be sent", () => {
    const conflict = edit({ field: "language", state: "conflict", base: "en", mine: "ca", theirs: "fr" });
    expect(editProblem(conflict, OFFERED)?.code).toBe("languageNotOffered");
    const html = drawn({ edits: [conflict] });
    expect(html).toContain("Keep theirs");
    expect(html).toContain("Choose a language");
    expect(html).not.toContain("Keep mine");
    const other = { ...conflict, mine: "de" };
    expect(editProblem(other, OFFERED)).toBeNull();
    expect(drawn({ edits: [other] })).toContain("Keep mine");
    expect(editProblem(edit({ state: "conflict", mine: "ca", theirs: "b" }), OFFERED)).toBeNull();
  });

  test("is not kept with all others either", () => {
    const name = edit({ state: "conflict", theirs: "Oliver" });
    const language = edit({ field: "language", state: "conflict", base: "en", mine: "ca", theirs: "fr" });
    const html = drawn({ edits: [name, language] });
    expect(html).toContain("Keep all of theirs");
    expect(html).not.toContain("Keep all of mine");
    expect(drawn({ edits: [name, { ...language, mine: "de" }] })).toContain("Keep all of mine");
  });
});
