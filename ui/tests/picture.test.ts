import { describe, expect, test } from "vitest";

import { choiceForUrl, cancelOutcome, failureTarget, cancelledUpload } from "../src/form/picture";
import { staleGuard } from "../src/state/stale-guard";
import { edit, failure, profile, snapshot } from "./samples";

describe("a typed URL", () => {
  const saved = { id: "p1", url: "https://example.com/a.png" };
  const unnamed = { id: "p1", url: null };

  test("is a URL exactly as typed, a removal or no change", () => {
    expect(choiceForUrl("https://example.com/b.png ", saved)).toEqual({ kind: "url", url: "https://example.com/b.png " });
    expect(choiceForUrl("", saved)).toEqual({ kind: "removed" });
    expect(choiceForUrl(" https://example.com/a.png", saved)).toBeUndefined();
    expect(choiceForUrl("", null)).toBeUndefined();
    expect(choiceForUrl("", unnamed)).toBeUndefined();
  });

  test("when cleared, restores the choice before it", () => {
    expect(choiceForUrl("", unnamed, { kind: "removed" })).toEqual({ kind: "removed" });
    expect(choiceForUrl(" ", saved, { kind: "held", id: "p2" })).toEqual({ kind: "held", id: "p2" });
  });
});

describe("a cancelled upload", () => {
  const uploading = edit({ field: "picture", state: "sending", base: "", mine: "", picture: { id: "p7", url: null } });
  const during = snapshot({ edits: [uploading] });
  const upload = cancelledUpload(uploading, during);

  test("can restore only a picture that is stored on this computer", () => {
    expect(upload).toEqual({ pictureId: "p7", addressBefore: "" });
    expect(cancelledUpload(undefined, during)).toBeNull();
    expect(cancelledUpload({ ...uploading, mine: "https://example.com/a.png" }, during)).toBeNull();
    expect(cancelledUpload({ ...uploading, picture: null }, during)).toBeNull();
  });

  test("is pending, cancelled or too late", () => {
    if (!upload) throw new Error("no upload was cancelled");
    expect(cancelOutcome(upload, during)).toBe("pending");
    expect(cancelOutcome(upload, snapshot({}))).toBe("cancelled");
    expect(cancelOutcome(upload, snapshot({ profile: { ...profile, pictureAddress: "/pictures/7.png" } }))).toBe("arrived");
  });
});

test("an error is shown at its field; an error of the picture at the file or URL field", () => {
  const about = failure("invalidPictureUrl", { field: "picture" });
  expect(failureTarget(about, { kind: "url", url: "x" })).toBe("url");
  expect(failureTarget(about, { kind: "held", id: "p" })).toBe("file");
  expect(failureTarget(failure("invalidName", { field: "lastName" }), undefined)).toBe("lastName");
  expect(failureTarget(failure("savingDisabled"), undefined)).toBe("form");
});

test("the guard accepts only the latest request", () => {
  const begin = staleGuard();
  const first = begin();
  expect(first()).toBe(true);
  const second = begin();
  expect(first()).toBe(false);
  expect(second()).toBe(true);
});
