import { describe, expect, test } from "vitest";

import {
  baseAfter, basesAfterSave, count, differences, nameProblem, profileChanges, savedOf, withBase, withoutFields, withoutRole, withoutSaved,
} from "../src/form/changes";
import type { EditView, PictureChoice } from "../src/host/types";
import { edit, profile } from "./samples";

const saved = savedOf(profile, []);

describe("what the form starts from", () => {
  test("is the profile with what waits to be sent laid over it", () => {
    const edits: EditView[] = [
      edit({ field: "firstName", mine: "Olivia" }),
      edit({ field: "language", mine: "es", state: "conflict", theirs: "fr" }),
      edit({ field: "picture", mine: "", picture: { id: "p9", url: null } }),
    ];
    expect(savedOf(profile, edits)).toEqual({ firstName: "Olivia", lastName: "Person", language: "es", role: "admin", picture: { id: "p9", url: null } });
  });

  test("is no picture where its removal waits", () => {
    const held = { ...profile, picture: { id: "p1", url: null } };
    expect(savedOf(held, [edit({ field: "picture", mine: "", picture: null })]).picture).toBeNull();
  });
});

describe("differences", () => {
  test("are only what differs", () => {
    expect(differences(saved, { firstName: "Owner", lastName: "Else", language: "en", role: "admin" })).toEqual({ lastName: "Else" });
    expect(count(differences(saved, {}))).toBe(0);
  });

  test("keep what was typed letter for letter, and spaces around a name are none", () => {
    expect(differences(saved, { firstName: "Owner " })).toEqual({});
    expect(differences(saved, { firstName: " Olivia " })).toEqual({ firstName: " Olivia " });
    expect(differences(saved, { firstName: "" })).toEqual({ firstName: "" });
  });

  test("are none where a name has the same letters in another spelling of Unicode, and one where a space was taken away", () => {
    const spelled = { ...saved, firstName: "Jose\u0301", lastName: "a  b" };
    expect(differences(spelled, { firstName: " José", lastName: "a  b" })).toEqual({});
    expect(differences(spelled, { firstName: "Jose", lastName: "a b" })).toEqual({ firstName: "Jose", lastName: "a b" });
  });

  test("compare pictures by what they are", () => {
    const withPicture = { ...saved, picture: { id: "p1", url: "https://example.com/a.png" } };
    expect(differences(saved, { picture: { kind: "removed" } })).toEqual({});
    expect(differences(withPicture, { picture: { kind: "removed" } })).toEqual({ picture: { kind: "removed" } });
    expect(differences(withPicture, { picture: { kind: "held", id: "p1" } })).toEqual({});
    expect(differences(withPicture, { picture: { kind: "url", url: "https://example.com/a.png " } })).toEqual({});
    expect(count(differences(withPicture, { picture: { kind: "held", id: "p2" } }))).toBe(1);
  });

  test("can be had without the role", () => {
    expect(withoutRole({ firstName: "Olivia", role: "user" })).toEqual({ firstName: "Olivia" });
  });
});

describe("the base of a field", () => {
  const withPicture = { ...profile, picture: { id: "p1", url: null }, pictureAddress: "/pictures/1.png" };

  test("is what the profile showed when the person began", () => {
    expect(baseAfter({}, "firstName", {}, { firstName: "O" }, profile, [])).toEqual({ firstName: "Owner" });
    expect(baseAfter({}, "language", {}, { language: "es" }, profile, [])).toEqual({ language: "en" });
    expect(baseAfter({}, "picture", {}, { picture: { kind: "removed" } }, withPicture, [])).toEqual({ picture: "/pictures/1.png" });
  });

  test("stays the same while they go on, whatever the server has by then", () => {
    const later = { ...profile, firstName: "Other" };
    expect(baseAfter({ firstName: "Owner" }, "firstName", { firstName: "O" }, { firstName: "Ol" }, later, [])).toEqual({ firstName: "Owner" });
  });

  test("goes when the field is as saved again, and is taken anew after that", () => {
    const base = { firstName: "Owner", lastName: "Person" };
    expect(baseAfter(base, "firstName", { firstName: "O" }, {}, profile, [])).toEqual({ lastName: "Person" });
    const later = { ...profile, firstName: "Other" };
    expect(baseAfter(base, "firstName", {}, { firstName: "O" }, later, [])).toEqual({ firstName: "Other", lastName: "Person" });
  });

  test("is what an edit brings to the server, or the server's value in a conflict", () => {
    const conflict = edit({ state: "conflict", theirs: "Odile" });
    const held = edit({ field: "picture", mine: "", picture: { id: "p9", url: null } });
    expect(baseAfter({}, "firstName", {}, { firstName: "O" }, profile, [edit({})])).toEqual({ firstName: "Olivia" });
    expect(baseAfter({}, "firstName", {}, { firstName: "O" }, profile, [conflict])).toEqual({ firstName: "Odile" });
    expect(baseAfter({}, "picture", {}, { picture: { kind: "removed" } }, profile, [held]).picture).toBeUndefined();
  });

  test("is what was saved, for what was typed over meanwhile", () => {
    const bases = { firstName: "Owner", lastName: "Person", language: "en" };
    expect(basesAfterSave(bases, { firstName: "A", lastName: "B" }, { firstName: "AA" })).toEqual({ firstName: "A", language: "en" });
  });

  test("is not taken for the role", () => {
    expect(baseAfter({}, "role", {}, { role: "user" }, profile, [])).toEqual({});
  });

  test("goes to the shell with its field only, and always as an object", () => {
    expect(withBase({ firstName: "O" }, { firstName: "Owner", language: "en" })).toEqual({ firstName: "O", base: { firstName: "Owner" } });
    expect(withBase({ firstName: "O" }, {})).toEqual({ firstName: "O", base: {} });
    expect(profileChanges({ firstName: "O", role: "user" }, { firstName: "Owner" })).toEqual({ firstName: "O", base: { firstName: "Owner" } });
    expect(withoutFields({ firstName: "Owner", language: "en" }, ["firstName"])).toEqual({ language: "en" });
  });
});

describe("after a save", () => {
  test("what was saved is no longer typed, what was typed over meanwhile is", () => {
    const choice: PictureChoice = { kind: "held", id: "p1" };
    const typed = { firstName: "Olivia!", lastName: "Else", picture: choice };
    expect(withoutSaved(typed, { firstName: "Olivia", lastName: "Else", picture: choice })).toEqual({ firstName: "Olivia!" });
  });
});

describe("names", () => {
  test("are told wrong as the shell tells it", () => {
    expect(nameProblem("  ", false)).toBe("empty");
    expect(nameProblem("  ", true)).toBeNull();
    expect(nameProblem("a\u0000b", true)).toBe("control");
    expect(nameProblem("字".repeat(128), false)).toBeNull();
    expect(nameProblem("𝒜".repeat(129), false)).toBe("tooLong");
    expect(nameProblem("e\u0301".repeat(128), false)).toBeNull();
  });
});
