// The profile form.

import { beforeEach, describe, expect, test, vi } from "vitest";

import { cancelLeave, closeWithoutQuestion, confirmLeave, leaveAccount, pendingLeave, registerGuard, requestClose } from "../src/form/leaving.svelte";
import type { Snapshot } from "../src/host/types";
import { app } from "../src/state/app.svelte";
import { windowFailures } from "../src/state/failures.svelte";
import { host } from "./host";
import { failures, form, receiveSnapshot, signInAgain } from "./page";
import { account, edit, failure, profile, sync } from "./samples";

const { payloads } = host;

beforeEach(() => {
  signInAgain();
  windowFailures.all = [];
  host.calls = [];
});

describe("typed values", () => {
  test("are stored and saved with the base value of their field", async () => {
    form.type("firstName", "Olga");
    await form.flushDraft();
    receiveSnapshot({ profile: { ...profile, firstName: "Odile" } });
    form.type("firstName", "Olga!");
    expect(await form.save()).toBe(true);
    expect(payloads("keep_draft")).toEqual([{ draft: { firstName: "Olga", base: { firstName: "Owner" } } }]);
    expect(payloads("save_profile")).toEqual([{ changes: { firstName: "Olga!", base: { firstName: "Owner" } } }]);
  });

  test("no longer show a failed draft after they are saved", async () => {
    host.responses["keep_draft"] = () => Promise.reject(failure("storageFailed"));
    form.type("firstName", "Olga");
    await form.flushDraft();
    expect(failures.all.map(({ action }) => action)).toEqual(["draft"]);
    host.responses = {};
    expect(await form.save()).toBe(true);
    expect(failures.all).toEqual([]);
  });

  test("are restored from a draft with their base values", async () => {
    receiveSnapshot({ account: account(2), draft: { lastName: "Else", base: { lastName: "Before" } } });
    expect(form.different).toEqual({ lastName: "Else" });
    await form.save();
    expect(payloads("save_profile")).toEqual([{ changes: { lastName: "Else", base: { lastName: "Before" } } }]);
  });

  test("belong to one account, even if the next account has no profile yet", () => {
    form.type("firstName", "Olga");
    receiveSnapshot({ account: account(2), profile: null, session: "starting" });
    expect(form.typed).toEqual({});
  });

  test("are not stored in the next account", async () => {
    form.type("firstName", "Olga");
    const previous = form;
    receiveSnapshot({ account: account(2) });
    expect(await previous.flushDraft()).toBe(false);
    expect(payloads("keep_draft")).toEqual([]);
  });

  test("can be undone field by field", () => {
    form.type("firstName", "Olga");
    form.type("language", "es");
    form.type("firstName", undefined);
    expect(form.different).toEqual({ language: "es" });
  });
});

describe("a chosen role", () => {
  const offline = { ...profile, role: { ...profile.role, reason: "offline" as const } };

  test("is neither counted nor sent while offline, and is restored afterwards", async () => {
    form.type("role", "user");
    expect(form.changedCount).toBe(1);
    receiveSnapshot({ profile: offline });
    expect(form.changedCount).toBe(0);
    form.type("firstName", "Olga");
    await form.flushDraft();
    expect(payloads("keep_draft")).toEqual([{ draft: { firstName: "Olga", role: "user", base: { firstName: "Owner" } } }]);
    receiveSnapshot({});
    expect(form.different).toEqual({ firstName: "Olga", role: "user" });
  });

  test("shows its refusal until the next change", async () => {
    host.responses["change_own_role"] = () => Promise.reject(failure("rejected"));
    form.type("role", "user");
    expect(await form.save()).toBe(false);
    expect(form.failures.role?.code).toBe("rejected");
    form.type("firstName", "Olga");
    expect(form.failures.role).toBeUndefined();
  });

  test("is not reported as saved if it failed, although the name was saved", async () => {
    host.responses["change_own_role"] = () => Promise.reject(failure("rejected"));
    form.type("firstName", "Olga");
    form.type("role", "user");
    expect(await form.save()).toBe(false);
    expect(form.changedCount).toBe(0);
    expect(form.status).toBe("none");
    host.responses = {};
    form.type("role", "user");
    expect(await form.save()).toBe(true);
    expect(form.status).toBe("saved");
  });
});

test("a picture that is refused after a save is not shown as saved", async () => {
  form.type("firstName", "Irina");
  expect(await form.save()).toBe(true);
  expect(form.status).toBe("saved");
  form.setFailure("file", failure("unsupportedPicture"));
  expect(form.status).toBe("none");
  form.setFailure("file", null);
  expect(form.status).toBe("none");
});

describe("a cancelled upload", () => {
  const uploading = edit({ field: "picture", state: "sending", base: "", mine: "", picture: { id: "p7", url: null } });

  test("returns the picture as an unsaved change, and does not report it as saved", async () => {
    form.type("firstName", "Olga");
    await form.save();
    receiveSnapshot({ edits: [uploading], upload: { sent: 1, total: 2 } });
    await form.cancelUpload();
    expect(form.different.picture).toBeUndefined();
    receiveSnapshot({});
    expect(form.different.picture).toEqual({ kind: "held", id: "p7" });
    expect(form.status).toBe("none");
    await form.flushDraft();
    expect(payloads("keep_draft").at(-1)).toEqual({ draft: { picture: { kind: "held", id: "p7" }, base: { picture: "" } } });
  });

  test("does not replace a picture that was chosen in the meantime", async () => {
    receiveSnapshot({ edits: [uploading] });
    form.type("picture", { kind: "held", id: "p8" });
    await form.cancelUpload();
    receiveSnapshot({});
    expect(form.different.picture).toEqual({ kind: "held", id: "p8" });
  });

  test("changes nothing if it was too late", async () => {
    receiveSnapshot({ edits: [uploading] });
    await form.cancelUpload();
    receiveSnapshot({ profile: { ...profile, picture: { id: "p9", url: null }, pictureAddress: "/pictures/9.png" } });
    expect(form.changedCount).toBe(0);
    expect(form.status).toBe("saved");
  });
});

describe("decisions about an edit", () => {
  test.each([
    ["Keep theirs", () => form.resolve("firstName", "theirs"), "none"],
    ["Discard this change", () => form.dropEdit("firstName"), "none"],
    ["Keep mine", () => form.resolve("firstName", "mine"), "saved"],
  ])("%s ends in the right status", async (_, decide, status) => {
    form.type("firstName", "Olga");
    await form.save();
    receiveSnapshot({ edits: [edit({ state: "conflict", theirs: "Odile" })], sync: sync({ state: "conflict" }) });
    expect(form.status).toBe("conflict");
    await decide();
    receiveSnapshot({});
    expect(form.status).toBe(status);
  });

  test("that discard it can be undone", async () => {
    receiveSnapshot({ edits: [edit({ mine: "Olga" })] });
    await form.dropEdit("firstName");
    receiveSnapshot({});
    expect(form.changedCount).toBe(0);
    form.restoreDiscarded();
    expect(form.different).toEqual({ firstName: "Olga" });
    expect(form.discarded).toEqual({});
  });

  test("are undone one by one: a discard gives back itself, and not an older one", async () => {
    receiveSnapshot({ edits: [edit({ mine: "Olga" }), edit({ field: "lastName", mine: "Novak" })] });
    await form.dropEdit("firstName");
    receiveSnapshot({ edits: [edit({ field: "lastName", mine: "Novak" })] });
    await form.dropEdit("lastName");
    receiveSnapshot({});
    form.restoreDiscarded();
    expect(form.different).toEqual({ lastName: "Novak" });
  });

  test("that discarded a value can no longer be undone after the next save", async () => {
    receiveSnapshot({ edits: [edit({ mine: "Olga" })] });
    await form.dropEdit("firstName");
    receiveSnapshot({});
    form.type("lastName", "Novak");
    await form.save();
    expect(form.discarded).toEqual({});
  });

  test("undo does not replace a typed value", async () => {
    receiveSnapshot({ edits: [edit({ mine: "Olga" })] });
    form.type("firstName", "Odile");
    await form.dropEdit("firstName");
    receiveSnapshot({});
    form.restoreDiscarded();
    expect(form.different).toEqual({ firstName: "Odile" });
  });

  test("Keep theirs shows the server's value, and undo restores the typed value", async () => {
    receiveSnapshot({ edits: [edit({ mine: "Olga", state: "conflict", theirs: "Odile" })] });
    form.type("firstName", "Olga Maria");
    host.responses["resolve_edits"] = () => receiveSnapshot({});
    await form.resolve("firstName", "theirs");
    expect(form.changedCount).toBe(0);
    form.restoreDiscarded();
    expect(form.different).toEqual({ firstName: "Olga Maria" });
  });

  test("Keep theirs leaves the typed value if the conflict has changed", async () => {
    const conflict = edit({ mine: "Olga", state: "conflict", theirs: "Odile" });
    receiveSnapshot({ edits: [conflict] });
    form.type("firstName", "Olga Maria");
    host.responses["resolve_edits"] = () => receiveSnapshot({ edits: [{ ...conflict, theirs: "Odette" }] });
    await form.resolve("firstName", "theirs");
    expect(form.different).toEqual({ firstName: "Olga Maria" });
  });

  test("discarding typed values removes the status of an earlier save", async () => {
    form.type("firstName", "Olga");
    await form.save();
    form.type("firstName", "Olga Maria");
    form.discard();
    expect(form.status).toBe("none");
  });

  test("discarding all typed values can be undone", () => {
    receiveSnapshot({});
    form.type("firstName", "Odile");
    form.type("lastName", "Novak");
    form.discard();
    expect(form.changedCount).toBe(0);
    form.restoreDiscarded();
    expect(form.different).toEqual({ firstName: "Odile", lastName: "Novak" });
  });

  test("can no longer be undone after another value is typed", async () => {
    receiveSnapshot({ edits: [edit({ mine: "Olga" })] });
    await form.dropEdit("firstName");
    form.type("firstName", "Odile");
    expect(form.discarded).toEqual({});
  });

  test("Keep mine leaves nothing to undo", async () => {
    receiveSnapshot({ edits: [edit({ state: "conflict", theirs: "Odile" })] });
    await form.resolve("firstName", "mine");
    expect(form.discarded).toEqual({});
  });
});

describe("closing the window", () => {
  test("happens immediately if nothing is unsaved", async () => {
    await requestClose();
    expect(payloads("close_window")).toHaveLength(1);
    expect(pendingLeave()).toBeNull();
  });

  test("stores typed values and asks nothing", async () => {
    form.type("firstName", "Olga");
    await requestClose();
    expect(host.calls.map(({ command }) => command)).toEqual(["keep_draft", "close_window"]);
    expect(pendingLeave()).toBeNull();
  });

  test("asks if the draft could not be stored, and tries to store it again", async () => {
    host.responses["keep_draft"] = () => Promise.reject(failure("storageFailed"));
    form.type("firstName", "Olga");
    await requestClose();
    expect(pendingLeave()).toMatchObject({ form });
    expect(payloads("close_window")).toEqual([]);
    cancelLeave();
    delete host.responses["keep_draft"];
    await requestClose();
    expect(pendingLeave()).toBeNull();
    expect(payloads("close_window")).toHaveLength(1);
  });

  test("after the question closes on request", async () => {
    host.responses["keep_draft"] = () => Promise.reject(failure("storageFailed"));
    form.type("firstName", "Olga");
    await requestClose();
    confirmLeave();
    expect(payloads("close_window")).toHaveLength(1);
  });

  test("stores what a running save has not finished", async () => {
    form.type("firstName", "Olga");
    host.hold = true;
    const saved = form.save();
    await vi.waitFor(() => expect(host.pendingCommands()).toEqual(["save_profile"]));
    host.responses["close_window"] = () => null;
    await requestClose();
    expect(payloads("keep_draft").at(-1).draft).toMatchObject({ firstName: "Olga" });
    expect([payloads("close_window").length, pendingLeave()]).toEqual([1, null]);
    host.hold = false;
    host.pending[0]?.resolve(host.snapshot.revision);
    await saved;
  });

  test("does not delete the stored draft before the profile is loaded", async () => {
    receiveSnapshot({ account: account(2), profile: null, draft: { firstName: "Olga", base: { firstName: "Owner" } } });
    await requestClose();
    expect([payloads("drop_draft"), payloads("keep_draft"), payloads("close_window").length]).toEqual([[], [], 1]);
  });

  test("asks about work in progress, until it has ended", async () => {
    let running = true;
    const removeGuard = registerGuard({ isRunning: () => running });
    await requestClose();
    expect(pendingLeave()).toMatchObject({ form: null });
    running = false;
    expect(pendingLeave()).toBeNull();
    removeGuard();
  });

  test("does not happen if unfinished input cannot be completed", async () => {
    const removeGuard = registerGuard({ finish: async () => false });
    await requestClose();
    expect([payloads("close_window"), pendingLeave()]).toEqual([[], null]);
    removeGuard();
  });

  test("does not ask when the system ends the app, and stores what is typed before unfinished input is completed", async () => {
    const stored: unknown[] = [];
    const removeGuard = registerGuard({ finish: async () => (stored.push(...payloads("keep_draft")), false) });
    form.type("firstName", "Olga");
    await closeWithoutQuestion();
    expect(stored).toHaveLength(1);
    expect([payloads("close_window").length, pendingLeave()]).toEqual([1, null]);
    removeGuard();
  });

  test("no longer asks about the form of the previous account", async () => {
    host.responses["keep_draft"] = () => Promise.reject(failure("storageFailed"));
    form.type("firstName", "Olga");
    await requestClose();
    receiveSnapshot({ account: account(2) });
    expect(pendingLeave()).toBeNull();
  });
});

describe("leaving the account", () => {
  test("stores typed values and asks nothing", async () => {
    form.type("firstName", "Olga");
    const proceed = vi.fn(() => expect(payloads("keep_draft")).toHaveLength(1));
    await leaveAccount(proceed);
    expect(proceed).toHaveBeenCalledOnce();
    expect(pendingLeave()).toBeNull();
  });

  test("asks if the draft could not be stored", async () => {
    host.responses["keep_draft"] = () => Promise.reject(failure("storageFailed"));
    form.type("firstName", "Olga");
    const proceed = vi.fn();
    await leaveAccount(proceed);
    expect(proceed).not.toHaveBeenCalled();
    expect(pendingLeave()).toMatchObject({ form });
    confirmLeave();
    expect(proceed).toHaveBeenCalledOnce();
  });

  test("does not happen if unfinished input cannot be completed", async () => {
    const removeGuard = registerGuard({ finish: async () => false });
    const proceed = vi.fn();
    await leaveAccount(proceed);
    expect(proceed).not.toHaveBeenCalled();
    removeGuard();
  });
});

describe("failures that belong to no field", () => {
  test("are removed only when the same action succeeds, for example in a retry", async () => {
    let works = false;
    const run = () => (works ? Promise.resolve() : Promise.reject(failure("internal")));
    await failures.attempt("upload", run);
    await failures.attempt("draft", () => Promise.resolve());
    expect(failures.all.map(({ action }) => action)).toEqual(["upload"]);
    works = true;
    await failures.all[0]?.retry?.();
    expect(failures.all).toEqual([]);
  });

  test("are removed with the account, except a sign-in left in the keyring", () => {
    failures.show("draft", failure("storageFailed"));
    windowFailures.show("signOut", failure("tokenLeft"));
    receiveSnapshot({ account: account(2) });
    expect([...failures.all, ...windowFailures.all].map(({ error }) => error.code)).toEqual(["tokenLeft"]);
  });

  test("are not shown if the user cancelled", async () => {
    await windowFailures.attempt("account", () => Promise.reject(failure("cancelled")));
    expect(windowFailures.all).toEqual([]);
  });
});

test("preferences are saved one after another, and none is overwritten by the next", async () => {
  const kept: unknown[] = [];
  host.responses["set_preferences"] = () => {
    const { preferences } = payloads("set_preferences").at(-1) as { preferences: Snapshot["preferences"] };
    kept.push(preferences);
    host.snapshot = { ...host.snapshot, preferences, revision: host.snapshot.revision + 1 };
  };
  await Promise.all([app.changePreferences({ theme: "dark" }), app.changePreferences({ language: "es" })]);
  expect(kept.at(-1)).toMatchObject({ theme: "dark", language: "es" });
  expect(app.snapshot.preferences).toMatchObject({ theme: "dark", language: "es" });
});
