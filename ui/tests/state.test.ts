import { beforeEach, describe, expect, test } from "vitest";

import { errorText } from "../src/errors/table";
import { valueText } from "../src/features/profile/edits";
import { accountFacts, badges } from "../src/features/profile/facts";
import { saveStatus } from "../src/form/status";
import { fieldOf, firstIncomplete } from "../src/features/sign-in/fields";
import { DEMO, initialServer, serverOptions } from "../src/features/sign-in/servers";
import { SignInState } from "../src/features/sign-in/state.svelte";
import { decisionCount, syncLine } from "../src/features/sync/line";
import { asAppError } from "../src/host/failure";
import type { ServerOffer, SyncState, SyncView } from "../src/host/types";
import { setInterfaceLanguage } from "../src/state/locale.svelte";
import { boot } from "./host";
import { edit, failure, profile, sync } from "./samples";

beforeEach(() => setInterfaceLanguage("en"));

test("every rejection of a command becomes an AppError", () => {
  expect(asAppError(failure("tls")).code).toBe("tls");
  expect(asAppError("Command painted not allowed")).toMatchObject({ code: "internal", message: "Command painted not allowed" });
  expect(asAppError(new Error("no IPC"))).toMatchObject({ code: "internal", message: "no IPC" });
});

describe("the save status", () => {
  test.each([
    ["nothing was saved", saveStatus([], sync(), false, false), "none"],
    ["a command runs", saveStatus([], sync(), true, false), "saving"],
    ["it is being sent", saveStatus([edit({ state: "sending" })], sync(), false, true), "saving"],
    ["it is about to be sent", saveStatus([edit({})], sync(), false, true), "saving"],
    ["there is no connection", saveStatus([edit({})], sync({ state: "waitingForNetwork" }), false, true), "notSent"],
    ["sending failed", saveStatus([edit({})], sync({ error: failure("transient") }), false, true), "notSent"],
    ["the session has ended", saveStatus([edit({})], sync({ state: "signedOut" }), false, true), "notSent"],
    ["the server has it", saveStatus([], sync(), false, true), "saved"],
    ["it was refused", saveStatus([edit({ state: "refused" }), edit({})], sync(), false, true), "refused"],
    ["it needs another language", saveStatus([edit({ field: "language", state: "refused", reason: failure("languageNotOffered") })], sync(), false, true), "needsPerson"],
    ["its picture no longer exists on this computer", saveStatus([edit({ field: "picture", state: "refused", reason: failure("pictureGone") })], sync(), false, true), "needsPerson"],
    ["it waits for a language", saveStatus([edit({ reason: failure("ownLanguageNeeded") })], sync(), false, true), "needsPerson"],
    ["one was refused, and one needs a language", saveStatus([edit({ state: "refused" }), edit({ field: "language", state: "refused", reason: failure("languageNotOffered") })], sync(), false, true), "refused"],
    ["another person changed it too", saveStatus([edit({ state: "refused" }), edit({ state: "conflict" })], sync(), false, true), "conflict"],
  ])("when %s", (_, status, expected) => expect(status).toBe(expected));
});

test("conflicts and refused edits need a decision, waiting ones do not", () => {
  const edits = [edit({ state: "conflict" }), edit({ state: "refused" }), edit({ state: "waiting" })];
  expect(decisionCount(edits)).toBe(2);
  expect(decisionCount([])).toBe(0);
});

describe("the sync status", () => {
  const parts = (change: Partial<SyncView>, conflicts = 0) => syncLine(sync(change), conflicts).parts;

  test("shows the number of unsent changes", () => {
    expect(parts({ state: "waitingForNetwork", unsent: 2, error: failure("network") })).toEqual(["No connection", "2 changes not sent yet"]);
    expect(parts({ state: "refreshing", unsent: 1 })).toEqual(["Checking…", "1 change not sent yet"]);
    expect(parts({ state: "sending", unsent: 1 })).toEqual(["Sending…"]);
  });

  test("says that it retries automatically", () => {
    const again = { triesAgain: true, error: failure("network") };
    expect(parts({ ...again, state: "waitingForNetwork", unsent: 1 }).at(-1)).toBe("Trying again automatically");
    expect(parts({ ...again, state: "stale" }).at(-1)).toBe("Trying again automatically");
    for (const state of ["signedOut", "storageFailed", "conflict", "refused"] as const) {
      expect(parts({ ...again, state })).not.toContain("Trying again automatically");
    }
    expect(parts({ ...again, state: "stale", error: failure("personGone") })).toEqual(["Couldn't refresh"]);
    const later = syncLine(sync({ ...again, state: "stale", nextTry: 5 }), 0);
    expect(later.nextTry).toBe(5);
    expect(later.parts).not.toContain("Trying again automatically");
  });

  test("says No connection only if the server cannot be reached", () => {
    for (const code of ["network", "unknownServer"] as const) {
      expect(parts({ state: "waitingForNetwork", error: failure(code) })).toEqual(["No connection"]);
    }
    for (const code of ["unreadable", "redirected", "forbidden", "tls", "transient", "sandboxFailed", "missing"] as const) {
      for (const state of ["stale", "waitingForNetwork"] as const) {
        expect(parts({ state, error: failure(code) })).toEqual(["Couldn't refresh", errorText(failure(code))]);
        expect(parts({ state, unsent: 1, error: failure(code) })).toEqual([errorText(failure(code)), "1 change not sent yet"]);
      }
    }
  });

  test("does not repeat a note on the page", () => {
    expect(parts({ state: "stale", error: failure("personGone") })).toEqual(["Couldn't refresh"]);
    expect(syncLine(sync({ state: "signedOut", error: failure("network") }), 0)).toMatchObject({ parts: ["Sign in to continue"], action: "none" });
  });

  test("shows a missing connection together with a conflict or a refusal, and counts only conflicts", () => {
    expect(parts({ state: "conflict", unsent: 3 }, 1)).toEqual(["1 change needs your decision"]);
    expect(parts({ state: "conflict", unsent: 1, error: failure("network") }, 1)).toEqual(["1 change needs your decision", "No connection"]);
    expect(parts({ state: "refused", unsent: 1, error: failure("network") })).toEqual(["A change needs your attention", "No connection"]);
  });

  test("keeps the details of an error during a retry, unless a note on the page shows them", () => {
    const showsDetails = (change: Partial<SyncView>) => syncLine(sync({ error: failure("intermediary"), ...change }), 0).showsDetails;
    for (const state of ["waitingForNetwork", "sending", "refreshing", "refused"] as const) expect(showsDetails({ state }), state).toBe(true);
    expect(showsDetails({ state: "stale", signInHelps: true })).toBe(false);
    expect(showsDetails({ state: "signedOut" })).toBe(false);
    expect(showsDetails({ state: "stale", error: null })).toBe(false);
  });

  test("shows the age unless the data is fresh", () => {
    const states: SyncState[] = ["stale", "refreshing", "waitingForNetwork", "sending", "conflict", "refused", "signedOut", "storageFailed"];
    for (const state of states) expect(syncLine(sync({ state, unsent: 1 }), 1).showsAge, state).toBe(true);
    expect(syncLine(sync(), 0).showsAge).toBe(false);
    expect(syncLine(sync({ state: "refreshing", asOf: null }), 0).showsAge).toBe(false);
  });

  test("offers the right action", () => {
    expect(syncLine(sync(), 0).action).toBe("refresh");
    expect(syncLine(sync({ state: "stale", error: failure("network") }), 0).action).toBe("tryAgain");
    expect(syncLine(sync({ state: "waitingForNetwork" }), 0).action).toBe("tryAgain");
    expect(syncLine(sync({ state: "conflict", error: failure("network") }), 1).action).toBe("tryAgain");
    expect(syncLine(sync({ state: "stale", error: failure("signedOut") }), 0).action).toBe("signIn");
    expect(syncLine(sync({ state: "sending" }), 0).action).toBe("refresh");
    expect(syncLine(sync({ state: "refreshing", error: failure("network") }), 0).action).toBe("tryAgain");
  });
});

describe("the offered servers", () => {
  const offers: ServerOffer[] = [
    { key: "sandbox", kind: "sandbox" },
    { key: "https://api.example.com/v1", kind: "applivery" },
  ];

  test("end with exactly one entry for another server", () => {
    expect(serverOptions(offers).at(-1)).toEqual({ key: "", kind: "other" });
    expect(serverOptions([...offers, { key: "", kind: "other" }])).toHaveLength(3);
  });

  test("preselect the last used one, which may be a typed address, or else the first", () => {
    expect(initialServer(offers, null)).toEqual({ key: "sandbox", address: "" });
    expect(initialServer(offers, "https://api.example.com/v1").key).toBe("https://api.example.com/v1");
    expect(initialServer(offers, "https://own.example.com/v1")).toEqual({ key: "", address: "https://own.example.com/v1" });
    expect(initialServer([], null)).toEqual({ key: "", address: "" });
  });

  test("the demo has its credentials filled in, and other servers get back what was typed for them", () => {
    const { servers } = boot;
    boot.servers = offers;
    const form = new SignInState(null);
    const credentials = () => ({ email: form.email, password: form.password });
    form.chooseServer("sandbox");
    expect(credentials()).toEqual(DEMO);
    form.chooseServer("");
    expect(credentials()).toEqual({ email: "", password: "" });
    Object.assign(form, { email: "mine@example.com", password: "mine" });
    form.chooseServer("sandbox");
    expect(credentials()).toEqual(DEMO);
    form.email = "editor@example.com";
    form.chooseServer("https://api.example.com/v1");
    expect(credentials()).toEqual({ email: "mine@example.com", password: "mine" });
    form.chooseServer("sandbox");
    expect(credentials()).toEqual({ email: "editor@example.com", password: DEMO.password });
    boot.servers = servers;
  });

  test("an address that is typed before the server is chosen goes with it", () => {
    const form = new SignInState(null);
    form.email = "mine@example.com";
    form.chooseServer("");
    expect(form.email).toBe("mine@example.com");
    form.chooseServer("sandbox");
    expect(form.email).toBe(DEMO.email);
  });
});

describe("the sign-in form", () => {
  const typed = { address: null, email: "a@example.com", password: "x", code: null, token: "", byToken: false };

  test("checks for missing input before sending", () => {
    expect(firstIncomplete(typed)).toBeNull();
    expect(firstIncomplete({ ...typed, address: " " })?.field).toBe("address");
    expect(firstIncomplete({ ...typed, email: "" })?.field).toBe("email");
    expect(firstIncomplete({ ...typed, password: "" })?.field).toBe("password");
    expect(firstIncomplete({ ...typed, code: "" })?.field).toBe("code");
    expect(firstIncomplete({ ...typed, email: "", byToken: true })?.field).toBe("token");
  });

  test("shows each error at its field, others above the form", () => {
    expect(fieldOf(failure("wrongCredentials"), typed)).toBe("password");
    expect(fieldOf(failure("twoFactorRequired"), typed)).toBe("code");
    expect(fieldOf(failure("tokenRefused"), typed)).toBe("token");
    expect(fieldOf(failure("invalidServer"), { address: "x" })).toBe("address");
    expect(fieldOf(failure("invalidServer"), typed)).toBeNull();
    expect(fieldOf(failure("unknownServer"), { address: "x" })).toBe("address");
    expect(fieldOf(failure("network"), typed)).toBeNull();
  });
});

describe("badges and facts of a profile", () => {
  test("show or omit unknown values", () => {
    const bare = { ...profile, verification: null, twoFactor: null, hasPassword: null, newsletter: null, createdAt: null };
    expect(badges(bare)).toEqual([]);
    expect(accountFacts(bare)).toContainEqual({ name: "Member since", value: "Unknown" });
    expect(accountFacts(bare)).toHaveLength(3);
    expect(accountFacts(profile)).toContainEqual({ name: "Last change", at: 4, as: "ago" });
    expect(accountFacts(profile)).toContainEqual({ name: "Newsletter", value: "No" });
  });

  test("show an unknown verification state as the server spells it", () => {
    expect(badges({ ...profile, verification: "pending" })[0]).toEqual({ text: "Verification: pending", good: false });
    expect(badges(profile)[0]).toEqual({ text: "Verified", good: true });
  });
});

describe("texts of edits", () => {
  test("name languages, pictures and empty values", () => {
    expect(valueText("language", "pt-BR", "en")).toBe("Brazilian Portuguese");
    expect(valueText("lastName", "", "en")).toBe("empty");
    expect(valueText("lastName", "Person", "en")).toBe("“Person”");
    expect(valueText("picture", "https://example.com/a.png", "en")).toBe("a picture");
  });
});
