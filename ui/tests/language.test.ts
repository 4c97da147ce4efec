// A language that is no longer offered is shown and marked. It is neither lost nor sent.

import { beforeEach, describe, expect, test } from "vitest";

import { stateText } from "../src/features/profile/edits";
import { editProblem, languageNote, languageProblem } from "../src/features/profile/language";
import ProfilePage from "../src/features/profile/ProfilePage.svelte";
import type { Snapshot } from "../src/host/types";
import { app } from "../src/state/app.svelte";
import { boot } from "./host";
import { form, html as renderHtml, receiveSnapshot } from "./page";
import { account, edit, failure, profile } from "./samples";

const OFFERED = boot.languages;

const NOT_OFFERED = "This language isn't available. Choose another one.";
const NOT_OFFERED_HINT = "This language isn't available. It stays selected until you choose another one.";
const CHOOSE_FIRST = "Choose another language first.";

const refusedLanguage = edit({ field: "language", state: "refused", base: "en", mine: "ca", reason: failure("languageNotOffered", { field: "language" }) });
const waiting = edit({ reason: failure("ownLanguageNeeded", { field: "language" }) });

let id = 1;

/** Renders the page for a snapshot of a new account. */
function renderPage(change: Partial<Snapshot>): string {
  receiveSnapshot({ account: account((id += 1)), ...change });
  return renderHtml(ProfilePage);
}

/** The value, error and hint of the language field. */
function atLanguage(html: string): { value: string | undefined; error: string | undefined; hint: string | undefined } {
  const found = (pattern: RegExp) => pattern.exec(html)?.[1];
  return {
    value: found(/<input id="profile-language"[^>]* value="([^"]*)"/),
    error: found(/class="field-slot[^"]* bad[^"]*"[^>]*>(?:(?!field-slot).)*id="profile-language-state"[^>]*>([^<]*)/s),
    hint: found(/class="field-slot[^"]* hint[^"]*"[^>]*>(?:(?!field-slot).)*id="profile-language-state"[^>]*>([^<]*)/s),
  };
}

beforeEach(() => {
  app.painted = true;
});

describe("the language field", () => {
  test("shows the profile's language without an error, even if it is no longer offered", () => {
    expect(atLanguage(renderPage({}))).toEqual({ value: "English", hint: "Lapel is shown in this language.", error: undefined });
    expect(atLanguage(renderPage({ profile: { ...profile, language: "ca" } }))).toEqual({ value: "Catalan", hint: NOT_OFFERED_HINT, error: undefined });
    expect(atLanguage(renderPage({ profile: { ...profile, language: "" } }))).toMatchObject({ value: "", error: undefined });
  });

  test("marks a language from an old draft", () => {
    const html = renderPage({ draft: { firstName: "Olga", language: "ca", base: {} } });
    expect(atLanguage(html)).toEqual({ value: "Catalan", error: NOT_OFFERED, hint: undefined });
    expect(form.different).toEqual({ firstName: "Olga", language: "ca" });
    form.type("language", "fr");
    expect(atLanguage(renderHtml(ProfilePage))).toMatchObject({ value: "French", error: undefined });
  });

  test("marks an old edit until another language is chosen", () => {
    expect(atLanguage(renderPage({ edits: [refusedLanguage] }))).toMatchObject({ value: "Catalan", error: NOT_OFFERED });
    form.type("language", "fr");
    expect(atLanguage(renderHtml(ProfilePage))).toMatchObject({ value: "French", error: undefined });
  });

  test("asks for another language if other edits wait for it", () => {
    const html = renderPage({ profile: { ...profile, language: "ca" }, edits: [waiting] });
    expect(atLanguage(html)).toMatchObject({ value: "Catalan", error: expect.stringContaining(CHOOSE_FIRST) });
    form.type("language", "fr");
    expect(atLanguage(renderHtml(ProfilePage)).error).toBeUndefined();
  });
});

describe("the text at a language", () => {
  test("is a hint if the language can stay", () => {
    expect(languageNote("profile", "es", OFFERED, "en")).toBe("Lapel is shown in this language.");
    expect(languageNote("profile", "", OFFERED, "en")).toBe("Lapel is shown in this language.");
    expect(languageNote("es", "pt-BR", OFFERED, "en")).toBe(NOT_OFFERED_HINT);
  });

  test("is an error if another language has to be chosen", () => {
    expect(languageProblem(undefined, [], OFFERED)).toBeUndefined();
    expect(languageProblem("fr", [waiting, refusedLanguage], OFFERED)).toBeUndefined();
    expect(languageProblem("ca", [], OFFERED)?.code).toBe("languageNotOffered");
    expect(languageProblem(undefined, [waiting, refusedLanguage], OFFERED)?.code).toBe("languageNotOffered");
    expect(languageProblem(undefined, [edit({}), waiting], OFFERED)?.code).toBe("ownLanguageNeeded");
    expect(languageProblem(undefined, [edit({ reason: failure("roleNotSent") })], OFFERED)).toBeUndefined();
    const refused = edit({ field: "language", state: "refused", reason: failure("rejected") });
    expect(languageProblem(undefined, [refused], OFFERED)).toBeUndefined();
  });
});

describe("an edit that needs another language", () => {
  test("says so", () => {
    for (const one of [refusedLanguage, waiting]) expect(stateText(one)).toBe("Needs your attention");
    expect(stateText(edit({ state: "refused", reason: failure("rejected") }))).toBe("Refused");
    expect(stateText(edit({}))).toBe("Not sent yet");
  });

  test("can be discarded", () => {
    const html = renderPage({ edits: [refusedLanguage] });
    expect(html).toContain(">Discard<");
    expect(html.split(NOT_OFFERED), "said once").toHaveLength(2);
  });

  test("cannot be kept in a conflict, because it could not be sent", () => {
    const conflict = edit({ field: "language", state: "conflict", base: "en", mine: "ca", theirs: "fr" });
    expect(editProblem(conflict, OFFERED)?.code).toBe("languageNotOffered");
    const html = renderPage({ edits: [conflict] });
    expect(html).toContain("Keep theirs");
    expect(html).toContain(NOT_OFFERED);
    expect(html).not.toContain("Keep mine");
    const other = { ...conflict, mine: "de" };
    expect(editProblem(other, OFFERED)).toBeNull();
    expect(renderPage({ edits: [other] })).toContain("Keep mine");
    expect(editProblem(edit({ state: "conflict", mine: "ca", theirs: "b" }), OFFERED)).toBeNull();
  });

  test("prevents keeping all of the user's values", () => {
    const name = edit({ state: "conflict", theirs: "Oliver" });
    const language = edit({ field: "language", state: "conflict", base: "en", mine: "ca", theirs: "fr" });
    const html = renderPage({ edits: [name, language] });
    expect(html).toContain("Keep all of theirs");
    expect(html).not.toContain("Keep all of mine");
    expect(renderPage({ edits: [name, { ...language, mine: "de" }] })).toContain("Keep all of mine");
  });
});
