import { beforeEach, describe, expect, test } from "vitest";

import { errorText } from "../src/errors/table";
import { controlOf, editText, mineText, valueText } from "../src/features/profile/edits";
import { badges, facts } from "../src/features/profile/facts";
import { saveStatus } from "../src/form/status";
import { codeOwner, fieldOf, missing } from "../src/features/sign-in/fields";
import { choices, DEMO, filledFor, firstChoice } from "../src/features/sign-in/servers";
import { syncLine } from "../src/features/sync/line";
import { asAppError } from "../src/host/failure";
import type { ServerOffer, SyncState, SyncView } from "../src/host/types";
import { overwriteGetLocale } from "../src/paraglide/runtime";
import { latest } from "../src/state/latest";
import { edit, failure, profile, snapshot, sync } from "./samples";

beforeEach(() => overwriteGetLocale(() => "en"));

test("an older snapshot that arrives late is ignored", () => {
  const shown = snapshot({ revision: 5 });
  expect(latest(shown, snapshot({ revision: 4 }))).toBe(shown);
  const next = snapshot({ revision: 6 });
  expect(latest(shown, next)).toBe(next);
});

test("whatever a command rejects with becomes an AppError", () => {
  expect(asAppError(failure("tls")).code).toBe("tls");
  expect(asAppError("Command painted not allowed")).toMatchObject({ code: "internal", message: "Command painted not allowed" });
  expect(asAppError(new Error("no IPC"))).toMatchObject({ code: "internal", message: "no IPC" });
});

describe("the word beside the form", () => {
  test.each([
    ["nothing was saved", saveStatus([], sync(), false, false), "none"],
    ["a command runs", saveStatus([], sync(), true, false), "saving"],
    ["it is on its way", saveStatus([edit({ state: "sending" })], sync(), false, true), "saving"],
    ["it is about to be sent", saveStatus([edit({})], sync(), false, true), "saving"],
    ["there is no connection", saveStatus([edit({})], sync({ state: "waitingForNetwork" }), false, true), "notSent"],
    ["sending failed", saveStatus([edit({})], sync({ error: failure("transient") }), false, true), "notSent"],
    ["the session is over", saveStatus([edit({})], sync({ state: "signedOut" }), false, true), "notSent"],
    ["the server has it", saveStatus([], sync(), false, true), "saved"],
    ["it was refused", saveStatus([edit({ state: "refused" }), edit({})], sync(), false, true), "refused"],
    ["it needs another language", saveStatus([edit({ field: "language", state: "refused", reason: failure("languageNotOffered") })], sync(), false, true), "needsPerson"],
    ["its picture is no longer here", saveStatus([edit({ field: "picture", state: "refused", reason: failure("pictureGone") })], sync(), false, true), "needsPerson"],
    ["it waits for a language", saveStatus([edit({ reason: failure("ownLanguageNeeded") })], sync(), false, true), "needsPerson"],
    ["one was refused, and one needs a language", saveStatus([edit({ state: "refused" }), edit({ field: "language", state: "refused", reason: failure("languageNotOffered") })], sync(), false, true), "refused"],
    ["both changed it", saveStatus([edit({ state: "refused" }), edit({ state: "conflict" })], sync(), false, true), "conflict"],
  ])("when %s", (_, status, expected) => expect(status).toBe(expected));
});

describe("the lines at the foot", () => {
  const parts = (change: Partial<SyncView>, conflicts = 0) => syncLine(sync(change), conflicts).parts;

  test("say what waits", () => {
    expect(parts({ state: "waitingForNetwork", unsent: 2, error: failure("network") })).toEqual(["No connection", "2 changes not sent yet"]);
    expect(parts({ state: "refreshing", unsent: 1 })).toEqual(["Checking…", "1 change not sent yet"]);
    expect(parts({ state: "sending", unsent: 1 })).toEqual(["Sending…"]);
  });

  test("say that nothing needs to be pressed where that is so", () => {
    const again = { triesAgain: true, error: failure("network") };
    expect(parts({ ...again, state: "waitingForNetwork", unsent: 1 }).at(-1)).toBe("Lapel keeps trying");
    expect(parts({ ...again, state: "stale" }).at(-1)).toBe("Lapel keeps trying");
    for (const state of ["signedOut", "storageFailed", "conflict", "refused"] as const) {
      expect(parts({ ...again, state })).not.toContain("Lapel keeps trying");
    }
    expect(parts({ ...again, state: "stale", error: failure("personGone") })).toEqual(["Could not check"]);
    const later = syncLine(sync({ ...again, state: "stale", nextTry: 5 }), 0);
    expect(later.nextTry).toBe(5);
    expect(later.parts).not.toContain("Lapel keeps trying");
  });

  test("speak of no connection only where there is none", () => {
    for (const code of ["network", "unknownServer"] as const) {
      expect(parts({ state: "waitingForNetwork", error: failure(code) })).toEqual(["No connection"]);
    }
    for (const code of ["unreadable", "redirected", "forbidden", "tls", "transient", "sandboxFailed", "missing"] as const) {
      for (const state of ["stale", "waitingForNetwork"] as const) {
        expect(parts({ state, error: failure(code) })).toEqual(["Could not check", errorText(failure(code))]);
        expect(parts({ state, unsent: 1, error: failure(code) })).toEqual([errorText(failure(code)), "1 change not sent yet"]);
      }
    }
  });

  test("do not repeat what a note on the page says", () => {
    expect(parts({ state: "stale", error: failure("personGone") })).toEqual(["Could not check"]);
    expect(syncLine(sync({ state: "signedOut", error: failure("network") }), 0)).toMatchObject({ parts: ["Sign in to go on"], action: "none" });
  });

  test("say with a conflict or a refusal that there is no connection, and count the conflicts only", () => {
    expect(parts({ state: "conflict", unsent: 3 }, 1)).toEqual(["1 change needs your decision"]);
    expect(parts({ state: "conflict", unsent: 1, error: failure("network") }, 1)).toEqual(["1 change needs your decision", "No connection"]);
    expect(parts({ state: "refused", unsent: 1, error: failure("network") })).toEqual(["A change needs your attention", "No connection"]);
  });

  test("keep the details of a failure there while it is tried again, and leave them to a note that tells it", () => {
    const tells = (change: Partial<SyncView>) => syncLine(sync({ error: failure("between"), ...change }), 0).tellsDetails;
    for (const state of ["waitingForNetwork", "sending", "refreshing", "refused"] as const) expect(tells({ state }), state).toBe(true);
    expect(tells({ state: "stale", signInHelps: true })).toBe(false);
    expect(tells({ state: "signedOut" })).toBe(false);
    expect(tells({ state: "stale", error: null })).toBe(false);
  });

  test("show the age of all that is not fresh", () => {
    const states: SyncState[] = ["stale", "refreshing", "waitingForNetwork", "sending", "conflict", "refused", "signedOut", "storageFailed"];
    for (const state of states) expect(syncLine(sync({ state, unsent: 1 }), 1).showsAge, state).toBe(true);
    expect(syncLine(sync(), 0).showsAge).toBe(false);
    expect(syncLine(sync({ state: "refreshing", asOf: null }), 0).showsAge).toBe(false);
  });

  test("offer what helps", () => {
    expect(syncLine(sync(), 0).action).toBe("refresh");
    expect(syncLine(sync({ state: "stale", error: failure("network") }), 0).action).toBe("tryAgain");
    expect(syncLine(sync({ state: "waitingForNetwork" }), 0).action).toBe("tryAgain");
    expect(syncLine(sync({ state: "conflict", error: failure("network") }), 1).action).toBe("tryAgain");
    expect(syncLine(sync({ state: "stale", error: failure("signedOut") }), 0).action).toBe("signIn");
    expect(syncLine(sync({ state: "sending" }), 0).action).toBe("refresh");
    expect(syncLine(sync({ state: "refreshing", error: failure("network") }), 0).action).toBe("tryAgain");
  });
});

describe("the servers on offer", () => {
  const offers: ServerOffer[] = [
    { key: "sandbox", kind: "sandbox" },
    { key: "https://api.example.com/v1", kind: "applivery" },
  ];

  test("end with another address, once", () => {
    expect(choices(offers).at(-1)).toEqual({ key: "", kind: "other" });
    expect(choices([...offers, { key: "", kind: "other" }])).toHaveLength(3);
  });

  test("start with the last one, which may be a typed address, else with the best", () => {
    expect(firstChoice(offers, null)).toEqual({ key: "sandbox", address: "" });
    expect(firstChoice(offers, "https://api.example.com/v1").key).toBe("https://api.example.com/v1");
    expect(firstChoice(offers, "https://own.example.com/v1")).toEqual({ key: "", address: "https://own.example.com/v1" });
    expect(firstChoice([], null)).toEqual({ key: "", address: "" });
  });

  test("fill in the demo's owner for the sandbox only, and never over what was typed", () => {
    const mine = { email: "me@example.com", password: "" };
    expect(filledFor("sandbox", { email: "", password: "" })).toEqual(DEMO);
    expect(filledFor("sandbox", mine)).toEqual(mine);
    expect(filledFor("applivery", { ...DEMO })).toEqual({ email: "", password: "" });
    expect(filledFor("applivery", mine)).toEqual(mine);
  });
});

describe("the sign-in form", () => {
  const typed = { address: null, email: "a@example.com", password: "x", code: null, token: "", byToken: false };

  test("says what is missing before it asks the server", () => {
    expect(missing(typed)).toBeNull();
    expect(missing({ ...typed, address: " " })?.field).toBe("address");
    expect(missing({ ...typed, email: "" })?.field).toBe("email");
    expect(missing({ ...typed, password: "" })?.field).toBe("password");
    expect(missing({ ...typed, code: "" })?.field).toBe("code");
    expect(missing({ ...typed, email: "", byToken: true })?.field).toBe("token");
  });

  test("puts each failure at its field, the others above", () => {
    expect(fieldOf(failure("wrongCredentials"), typed)).toBe("password");
    expect(fieldOf(failure("twoFactorRequired"), typed)).toBe("code");
    expect(fieldOf(failure("tokenRefused"), typed)).toBe("token");
    expect(fieldOf(failure("invalidServer"), { address: "x" })).toBe("address");
    expect(fieldOf(failure("invalidServer"), typed)).toBeNull();
    expect(fieldOf(failure("unknownServer"), { address: "x" })).toBe("address");
    expect(fieldOf(failure("network"), typed)).toBeNull();
  });

  test("knows one person at one server as one owner of a code", () => {
    expect(codeOwner("sandbox", "A@example.com ")).toBe(codeOwner("sandbox", "a@example.com"));
    expect(codeOwner("sandbox", "a@example.com")).not.toBe(codeOwner("sandbox", "b@example.com"));
    expect(codeOwner("sandbox", "a@example.com")).not.toBe(codeOwner("https://api.example.com/v1", "a@example.com"));
  });
});

describe("what is told of a profile", () => {
  test("says what is not known and leaves out what means nothing", () => {
    const bare = { ...profile, verification: null, twoFactor: null, hasPassword: null, newsletter: null, createdAt: null };
    expect(badges(bare)).toEqual([]);
    expect(facts(bare)).toContainEqual({ name: "Member since", value: "Not known" });
    expect(facts(bare)).toHaveLength(4);
    expect(facts(profile)).toContainEqual({ name: "Last change", at: 4, as: "ago" });
    expect(facts(profile)).toContainEqual({ name: "Newsletter", value: "No" });
  });

  test("keeps the server's word for another verification", () => {
    expect(badges({ ...profile, verification: "pending" })[0]).toEqual({ text: "Verification: pending", good: false });
    expect(badges(profile)[0]).toEqual({ text: "Verified", good: true });
  });
});

describe("edits in words", () => {
  test("name languages, pictures and nothing at all", () => {
    expect(valueText("language", "pt-BR", "en")).toBe("Brazilian Portuguese");
    expect(valueText("lastName", "", "en")).toBe("empty");
    expect(valueText("lastName", "Person", "en")).toBe("“Person”");
    expect(valueText("picture", "https://example.com/a.png", "en")).toBe("a picture");
    expect(mineText(edit({ field: "picture", mine: "", picture: { id: "p", url: null } }), "en")).toBe("a new picture");
    expect(mineText(edit({ field: "picture", mine: "", picture: null }), "en")).toBe("no picture");
    expect(editText(edit({}), "en")).toBe("from “Owner” to “Olivia”");
    expect(editText(edit({ mine: "Owner" }), "en")).toBe("goes back to “Owner”");
    expect(editText(edit({ field: "picture", base: "", mine: "", picture: { id: "p", url: null } }), "en")).toBe("from no picture to a new picture");
  });
});

test("a waiting picture is changed where it was chosen, an address where it was typed", () => {
  expect(controlOf(edit({ field: "picture", mine: "" }))).toBe("picture-file");
  expect(controlOf(edit({ field: "picture", mine: "/v1/pictures/1" }))).toBe("picture-file");
  expect(controlOf(edit({ field: "picture", mine: "https://example.com/me.png" }))).toBe("picture-url");
  expect(controlOf(edit({ field: "lastName" }))).toBe("lastName");
});
