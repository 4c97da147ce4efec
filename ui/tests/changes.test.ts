import { describe, expect, test } from "vitest";

import {
  baseAfter, basesAfterSave, count, differences, nameProblem, profileChanges, savedOf, withBase, withoutFields, withoutRole, withoutSaved,
} from "../src/form/changes";
import type { EditView, PictureChoice } from "../src/host/types";
import { edit, profile } from "./samples";

const saved = savedOf(profile, []);

describe("the saved values of the form", () => {
  test("are those of the profile, replaced by unsent edits", () => {
    const edits: EditView[] = [
      edit({ field: "firstName", mine: "Olivia" }),
      edit({ field: "language", mine: "es", state: "conflict", theirs: "fr" }),
      edit({ field: "picture", mine: "", picture: { id: "p9", url: null } }),
    ];
    expect(savedOf(profile, edits)).toEqual({ firstName: "Olivia", lastName: "Person", language: "es", role: "admin", picture: { id: "p9", url: null } });
  });

  test("contain no picture if its removal is not sent yet", () => {
    const profileWithPicture = { ...profile, picture: { id: "p1", url: null } };
    expect(savedOf(profileWithPicture, [edit({ field: "picture", mine: "", picture: null })]).picture).toBeNull();
  });
});

describe("differences", () => {
  test("contain only the fields that differ", () => {
    expect(differences(saved, { firstName: "Owner", lastName: "Else", language: "en", role: "admin" })).toEqual({ lastName: "Else" });
    expect(count(differences(saved, {}))).toBe(0);
  });

  test("keep the typed text exactly, and ignore spaces around a name", () => {
    expect(differences(saved, { firstName: "Owner " })).toEqual({});
    expect(differences(saved, { firstName: " Olivia " })).toEqual({ firstName: " Olivia " });
    expect(differences(saved, { firstName: "" })).toEqual({ firstName: "" });
  });

  test("ignore Unicode normalization in names, but not spaces inside a name", () => {
    const spelled = { ...saved, firstName: "Jose\u0301", lastName: "a  b" };
    expect(differences(spelled, { firstName: " José", lastName: "a  b" })).toEqual({});
    expect(differences(spelled, { firstName: "Jose", lastName: "a b" })).toEqual({ firstName: "Jose", lastName: "a b" });
  });

  test("compare pictures by id or URL", () => {
    const withPicture = { ...saved, picture: { id: "p1", url: "https://example.com/a.png" } };
    expect(differences(saved, { picture: { kind: "removed" } })).toEqual({});
    expect(differences(withPicture, { picture: { kind: "removed" } })).toEqual({ picture: { kind: "removed" } });
    expect(differences(withPicture, { picture: { kind: "held", id: "p1" } })).toEqual({});
    expect(differences(withPicture, { picture: { kind: "url", url: "https://example.com/a.png " } })).toEqual({});
    expect(count(differences(withPicture, { picture: { kind: "held", id: "p2" } }))).toBe(1);
  });

  test("can be computed without the role", () => {
    expect(withoutRole({ firstName: "Olivia", role: "user" })).toEqual({ firstName: "Olivia" });
  });
});

describe("the base value of a field", () => {
  const withPicture = { ...profile, picture: { id: "p1", url: null }, pictureAddress: "/pictures/1.png" };

  test("is the profile's value when the user began to type", () => {
    expect(baseAfter({}, "firstName", {}, { firstName: "O" }, profile, [])).toEqual({ firstName: "Owner" });
    expect(baseAfter({}, "language", {}, { language: "es" }, profile, [])).toEqual({ language: "en" });
    expect(baseAfter({}, "picture", {}, { picture: { kind: "removed" } }, withPicture, [])).toEqual({ picture: "/pictures/1.png" });
  });

  test("stays the same while the user types, even if the server's value changes", () => {
    const later = { ...profile, firstName: "Other" };
    expect(baseAfter({ firstName: "Owner" }, "firstName", { firstName: "O" }, { firstName: "Ol" }, later, [])).toEqual({ firstName: "Owner" });
  });

  test("is removed when the field has its saved value again, and set again by the next change", () => {
    const base = { firstName: "Owner", lastName: "Person" };
    expect(baseAfter(base, "firstName", { firstName: "O" }, {}, profile, [])).toEqual({ lastName: "Person" });
    const later = { ...profile, firstName: "Other" };
    expect(baseAfter(base, "firstName", {}, { firstName: "O" }, later, [])).toEqual({ firstName: "Other", lastName: "Person" });
  });

  test("is the value of an unsent edit, or in a conflict the server's value", () => {
    const conflict = edit({ state: "conflict", theirs: "Odile" });
    const newPicture = edit({ field: "picture", mine: "", picture: { id: "p9", url: null } });
    expect(baseAfter({}, "firstName", {}, { firstName: "O" }, profile, [edit({})])).toEqual({ firstName: "Olivia" });
    expect(baseAfter({}, "firstName", {}, { firstName: "O" }, profile, [conflict])).toEqual({ firstName: "Odile" });
    expect(baseAfter({}, "picture", {}, { picture: { kind: "removed" } }, profile, [newPicture]).picture).toBeUndefined();
  });

  test("is the saved value if the field was typed over during the save", () => {
    const bases = { firstName: "Owner", lastName: "Person", language: "en" };
    expect(basesAfterSave(bases, { firstName: "A", lastName: "B" }, { firstName: "AA" })).toEqual({ firstName: "A", language: "en" });
  });

  test("does not exist for the role", () => {
    expect(baseAfter({}, "role", {}, { role: "user" }, profile, [])).toEqual({});
  });

  test("is sent only together with its field; `base` is always an object", () => {
    expect(withBase({ firstName: "O" }, { firstName: "Owner", language: "en" })).toEqual({ firstName: "O", base: { firstName: "Owner" } });
    expect(withBase({ firstName: "O" }, {})).toEqual({ firstName: "O", base: {} });
    expect(profileChanges({ firstName: "O", role: "user" }, { firstName: "Owner" })).toEqual({ firstName: "O", base: { firstName: "Owner" } });
    expect(withoutFields({ firstName: "Owner", language: "en" }, ["firstName"])).toEqual({ language: "en" });
  });
});

describe("after a save", () => {
  test("saved values are removed from the typed values, unless they were typed over during the save", () => {
    const choice: PictureChoice = { kind: "held", id: "p1" };
    const typed = { firstName: "Olivia!", lastName: "Else", picture: choice };
    expect(withoutSaved(typed, { firstName: "Olivia", lastName: "Else", picture: choice })).toEqual({ firstName: "Olivia!" });
  });
});

describe("names", () => {
  test("are checked with the same rules as in the Rust core", () => {
    expect(nameProblem("  ", false, 128)).toBe("empty");
    expect(nameProblem("  ", true, 128)).toBeNull();
    expect(nameProblem("a\u0000b", true, 128)).toBe("control");
    expect(nameProblem("字".repeat(128), false, 128)).toBeNull();
    expect(nameProblem("𝒜".repeat(129), false, 128)).toBe("tooLong");
    expect(nameProblem("e\u0301".repeat(128), false, 128)).toBeNull();
  });
});
