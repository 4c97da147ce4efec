import { describe, expect, test } from "vitest";

import { choiceForUrl, fateOf, placeOf, takenBack } from "../src/form/picture";
import { newest } from "../src/state/newest";
import { edit, failure, profile, snapshot } from "./samples";

describe("a typed address", () => {
  const saved = { id: "p1", url: "https://example.com/a.png" };
  const unnamed = { id: "p1", url: null };

  test("is a picture letter for letter, no picture, or no change", () => {
    expect(choiceForUrl("https://example.com/b.png ", saved)).toEqual({ kind: "url", url: "https://example.com/b.png " });
    expect(choiceForUrl("", saved)).toEqual({ kind: "removed" });
    expect(choiceForUrl(" https://example.com/a.png", saved)).toBeUndefined();
    expect(choiceForUrl("", null)).toBeUndefined();
    expect(choiceForUrl("", unnamed)).toBeUndefined();
  });

  test("that is cleared brings back what was chosen before it", () => {
    expect(choiceForUrl("", unnamed, { kind: "removed" })).toEqual({ kind: "removed" });
    expect(choiceForUrl(" ", saved, { kind: "held", id: "p2" })).toEqual({ kind: "held", id: "p2" });
  });
});

describe("a cancelled upload", () => {
  const uploading = edit({ field: "picture", state: "sending", base: "", mine: "", picture: { id: "p7", url: null } });
  const during = snapshot({ edits: [uploading] });
  const taken = takenBack(uploading, during);

  test("takes back the picture that is on this computer, and only such a one", () => {
    expect(taken).toEqual({ held: "p7", address: "" });
    expect(takenBack(undefined, during)).toBeNull();
    expect(takenBack({ ...uploading, mine: "https://example.com/a.png" }, during)).toBeNull();
    expect(takenBack({ ...uploading, picture: null }, during)).toBeNull();
  });

  test("is pending, back, or too late", () => {
    if (!taken) throw new Error("nothing was taken back");
    expect(fateOf(taken, during)).toBe("pending");
    expect(fateOf(taken, snapshot({}))).toBe("back");
    expect(fateOf(taken, snapshot({ profile: { ...profile, pictureAddress: "/pictures/7.png" } }))).toBe("arrived");
  });
});

test("a failure is said at its field, that of a picture where the picture came from", () => {
  const about = failure("invalidPictureUrl", { field: "picture" });
  expect(placeOf(about, { kind: "url", url: "x" })).toBe("url");
  expect(placeOf(about, { kind: "held", id: "p" })).toBe("file");
  expect(placeOf(failure("invalidName", { field: "lastName" }), undefined)).toBe("lastName");
  expect(placeOf(failure("savingDisabled"), undefined)).toBe("form");
});

test("only the newest of several attempts may still speak", () => {
  const begin = newest();
  const first = begin();
  expect(first()).toBe(true);
  const second = begin();
  expect(first()).toBe(false);
  expect(second()).toBe(true);
});
