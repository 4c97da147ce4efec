import { describe, expect, test } from "vitest";

import { baseOf, choiceForUrl, count, differences, nameProblem, profileChanges, withoutSaved } from "../src/features/profile/changes";
import type { EditView, PictureChoice } from "../src/host/types";
import { edit, profile } from "./samples";

const base = baseOf(profile, []);

describe("the base of the form", () => {
  test("is the profile with what waits to be sent laid over it", () => {
    const edits: EditView[] = [
      edit({ field: "firstName", mine: "Olivia" }),
      edit({ field: "language", mine: "es", state: "conflict", theirs: "fr" }),
      edit({ field: "picture", mine: "", picture: { id: "p9", url: null } }),
    ];
    expect(baseOf(profile, edits)).toEqual({ firstName: "Olivia", lastName: "Person", language: "es", role: "admin", picture: { id: "p9", url: null } });
  });

  test("takes the newest edit of a field, and a removed picture as none", () => {
    const held = { ...profile, picture: { id: "p1", url: null } };
    expect(baseOf(profile, [edit({ mine: "A" }), edit({ mine: "B" })]).firstName).toBe("B");
    expect(baseOf(held, [edit({ field: "picture", mine: "", picture: null })]).picture).toBeNull();
  });
});

describe("differences", () => {
  test("are only what differs", () => {
    expect(differences(base, { firstName: "Owner", lastName: "Else", language: "en", role: "admin" })).toEqual({ lastName: "Else" });
    expect(count(differences(base, {}))).toBe(0);
  });

  test("keep what was typed letter for letter, and spaces around a name are none", () => {
    expect(differences(base, { firstName: "Owner " })).toEqual({});
    expect(differences(base, { firstName: " Olivia " })).toEqual({ firstName: " Olivia " });
    expect(differences(base, { firstName: "" })).toEqual({ firstName: "" });
  });

  test("compare pictures by what they are", () => {
    const withPicture = { ...base, picture: { id: "p1", url: "https://example.com/a.png" } };
    expect(differences(base, { picture: { kind: "removed" } })).toEqual({});
    expect(differences(withPicture, { picture: { kind: "removed" } })).toEqual({ picture: { kind: "removed" } });
    expect(differences(withPicture, { picture: { kind: "held", id: "p1" } })).toEqual({});
    expect(differences(withPicture, { picture: { kind: "url", url: "https://example.com/a.png " } })).toEqual({});
    expect(count(differences(withPicture, { picture: { kind: "held", id: "p2" } }))).toBe(1);
  });

  test("send the role on its own", () => {
    expect(profileChanges({ firstName: "Olivia", role: "user" })).toEqual({ firstName: "Olivia" });
  });
});

describe("after a save", () => {
  test("what was saved is no longer typed, what was typed over meanwhile is", () => {
    const choice: PictureChoice = { kind: "held", id: "p1" };
    const typed = { firstName: "Olivia!", lastName: "Else", picture: choice };
    expect(withoutSaved(typed, { firstName: "Olivia", lastName: "Else", picture: choice })).toEqual({ firstName: "Olivia!" });
  });
});

describe("a typed address", () => {
  const saved = { id: "p1", url: "https://example.com/a.png" };
  test("is a picture, no picture, or no change", () => {
    expect(choiceForUrl(" https://example.com/b.png ", saved)).toEqual({ kind: "url", url: "https://example.com/b.png" });
    expect(choiceForUrl("", saved)).toEqual({ kind: "removed" });
    expect(choiceForUrl("https://example.com/a.png", saved)).toBeUndefined();
    expect(choiceForUrl("", null)).toBeUndefined();
  });
});

describe("names", () => {
  test("are told wrong as the shell tells it", () => {
    expect(nameProblem("  ", false)).toBe("empty");
    expect(nameProblem("  ", true)).toBeNull();
    expect(nameProblem("a\u0000b", true)).toBe("control");
    expect(nameProblem("字".repeat(128), false)).toBeNull();
    expect(nameProblem("𝒜".repeat(129), false)).toBe("tooLong");
  });
});
