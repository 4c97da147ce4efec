// The form for another person of the team.

import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import { PersonForm } from "../src/features/team/person/form.svelte";
import { Team } from "../src/features/team/team.svelte";
import { PAUSE_MS } from "../src/form/draft";
import type { TeamReason } from "../src/host/types";
import { host } from "./host";
import { receiveSnapshot } from "./page";
import { account, failure, personView, teamRow, teamView } from "./samples";

/** A team in which the user may change all roles, or none for a reason. */
const team = (reason: TeamReason | null = null) =>
  teamView({ rights: { teamRoles: reason === null ? ["admin", "editor", "viewer", "unassigned"] : [], userRoles: reason === null ? ["admin", "adminViewer", "user"] : [], tags: reason === null, reason } });

const list = new Team();
const reloads = vi.spyOn(list, "reloadRows");
const callsOf = host.payloads;
const draftPayload = (draft: unknown) => ({ id: "p1", draft });

beforeEach(() => {
  reloads.mockClear();
  host.respondWith("open_person", personView());
  receiveSnapshot({ team: team() });
  host.calls = [];
});

describe("saving", () => {
  test("sends only the changed fields, with their displayed values as bases", async () => {
    const form = new PersonForm(personView(), list);
    form.type("firstName", "Olga");
    form.type("lastName", "Núñez ");
    host.respondWith("open_person", personView({ firstName: "Olga" }));
    expect(await form.save()).toBe(true);
    expect(callsOf("save_person")).toEqual([{ id: "p1", changes: { firstName: "Olga", base: { firstName: "Zoë" } } }]);
    expect(form).toMatchObject({ changedCount: 0, status: "saved", busy: false });
    expect(form.saved.firstName).toBe("Olga");
    expect(callsOf("open_person")).toHaveLength(1);
    expect(reloads).toHaveBeenCalledOnce();
  });

  test("sends a language only if one is selected, and without a base", async () => {
    const form = new PersonForm(personView(), list);
    expect(form.saved.language).toBe("");
    form.type("language", "es");
    form.type("language", undefined);
    expect(form.changedCount).toBe(0);
    form.type("language", "es");
    await form.save();
    expect(callsOf("save_person")).toEqual([{ id: "p1", changes: { language: "es", base: {} } }]);
    expect(form.saved.language).toBe("");
  });

  test("uses the previous picture address as the base of the picture", async () => {
    const form = new PersonForm(personView({ row: teamRow({ id: "p1", picture: { id: "x", url: null } }), pictureAddress: "/pictures/1.png" }), list);
    form.removePicture();
    await form.save();
    expect(callsOf("save_person")).toEqual([{ id: "p1", changes: { picture: { kind: "removed" }, base: { picture: "/pictures/1.png" } } }]);
    expect(form.picture).toBeNull();
  });

  test("does not start twice or without a change", async () => {
    const form = new PersonForm(personView(), list);
    expect(await form.save()).toBe(false);
    form.type("firstName", "Olga");
    await Promise.all([form.save(), form.save()]);
    expect(callsOf("save_person")).toHaveLength(1);
  });

  test("shows the saved values even if the person cannot be read again", async () => {
    const form = new PersonForm(personView(), list);
    form.type("firstName", " Olga ");
    host.failWith("open_person", failure("network"));
    expect(await form.save()).toBe(true);
    expect(form.saved.firstName).toBe("Olga");
  });

  test("keeps values typed during the save, with the saved values as bases", async () => {
    const form = new PersonForm(personView(), list);
    form.type("firstName", "Olga");
    host.responses["save_person"] = () => form.type("firstName", "Olga!");
    host.respondWith("open_person", personView({ firstName: "Olga" }));
    await form.save();
    expect(form.different).toEqual({ firstName: "Olga!" });
    host.respondWith("save_person", null);
    await form.save();
    expect(callsOf("save_person").at(-1)).toEqual({ id: "p1", changes: { firstName: "Olga!", base: { firstName: "Olga" } } });
  });
});

describe("a save that fails", () => {
  test.each([
    [failure("invalidName", { field: "firstName" }), "firstName"],
    [failure("languageNeeded"), "language"],
    [failure("network"), "form"],
    [failure("invalidPictureUrl", { field: "picture" }), "url"],
  ] as const)("is shown at its field, and the typed values stay", async (error, place) => {
    const form = new PersonForm(personView(), list);
    form.type("firstName", "Olga");
    form.typeUrl("https://example.com/a.png");
    host.failWith("save_person", error);
    expect(await form.save()).toBe(false);
    expect(form.failures).toEqual({ [place]: error });
    expect(form).toMatchObject({ changedCount: 2, status: "none" });
  });

  test("because somebody else has saved first shows their value, and the next save overwrites it", async () => {
    const form = new PersonForm(personView(), list);
    form.type("firstName", "Olga");
    form.type("lastName", "Else");
    host.failWith("save_person", failure("personMoved", { field: "firstName" }));
    host.respondWith("open_person", personView({ firstName: "Anne" }));
    await form.save();
    expect(form.theirs).toEqual({ firstName: "Anne" });
    expect(form.typed).toEqual({ firstName: "Olga", lastName: "Else" });
    expect(form.failures.form?.code).toBe("personMoved");
    host.respondWith("save_person", null);
    await form.save();
    expect(callsOf("save_person").at(-1)).toEqual({
      id: "p1", changes: { firstName: "Olga", lastName: "Else", base: { firstName: "Anne", lastName: "Núñez" } },
    });
    expect(form.theirs).toEqual({});
  });

  test("because somebody else has saved the same value leaves nothing to save", async () => {
    const form = new PersonForm(personView(), list);
    form.type("firstName", "Olga");
    host.failWith("save_person", failure("personMoved", { field: "firstName" }));
    host.respondWith("open_person", personView({ firstName: "Olga" }));
    await form.save();
    expect(form).toMatchObject({ changedCount: 0, failures: {} });
    await form.flushDraft();
    expect(callsOf("keep_person_draft").at(-1)).toEqual(draftPayload(null));
  });

  test("because the person is gone keeps the typed values", async () => {
    const form = new PersonForm(personView(), list);
    form.type("firstName", "Olga");
    host.failWith("save_person", failure("rowGone"));
    await form.save();
    expect(form.failures.form?.code).toBe("rowGone");
    expect(form.typed).toEqual({ firstName: "Olga" });
    expect(reloads).toHaveBeenCalledOnce();
  });
});

describe("without a connection or a session", () => {
  test.each([
    [{ team: team("offline") }, "offline"],
    [{ team: team(), session: "expired" as const }, "signedOut"],
  ])("nothing is sent, and the typed values become a draft", async (state, blocker) => {
    const form = new PersonForm(personView(), list);
    form.type("firstName", "Olga");
    receiveSnapshot(state);
    expect(form.blocker).toBe(blocker);
    expect(await form.save()).toBe(false);
    await form.flushDraft();
    expect(callsOf("save_person")).toEqual([]);
    expect(callsOf("keep_person_draft")).toEqual([draftPayload({ firstName: "Olga", base: { firstName: "Zoë" } })]);
    receiveSnapshot({ team: team() });
    expect(form.blocker).toBeNull();
  });

  test("an open form stays open, and a missing one appears when editing becomes possible", async () => {
    const form = new PersonForm(personView(), list);
    host.respondWith("open_person", personView({ canEdit: false }));
    await form.read();
    expect(form.editable).toBe(true);
    const other = new PersonForm(personView({ canEdit: false }), list);
    expect(other.editable).toBe(false);
    host.respondWith("open_person", personView());
    await other.read();
    expect(other.editable).toBe(true);
  });
});

describe("a draft", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  test("is stored soon after typing begins, and deleted by a save", async () => {
    const form = new PersonForm(personView(), list);
    form.type("firstName", "Ol");
    await vi.advanceTimersByTimeAsync(PAUSE_MS - 1);
    expect(callsOf("keep_person_draft")).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(callsOf("keep_person_draft")).toEqual([draftPayload({ firstName: "Ol", base: { firstName: "Zoë" } })]);
    host.respondWith("open_person", personView({ firstName: "Ol" }));
    await form.save();
    await vi.advanceTimersByTimeAsync(PAUSE_MS);
    expect(callsOf("keep_person_draft").at(-1)).toEqual(draftPayload(null));
  });

  test("is deleted when the changes are discarded", async () => {
    const form = new PersonForm(personView({ draft: { lastName: "Else", base: { lastName: "Núñez" } } }), list);
    expect(form.fromDraft).toBe(true);
    form.discard();
    await vi.advanceTimersByTimeAsync(0);
    expect(callsOf("keep_person_draft")).toEqual([draftPayload(null)]);
    expect(form).toMatchObject({ changedCount: 0, fromDraft: false });
  });

  test("is restored, and values changed on the server since then are shown", async () => {
    const form = new PersonForm(personView({ draft: { lastName: "Else", language: "es", base: { lastName: "Before" } } }), list);
    expect(form.different).toEqual({ lastName: "Else", language: "es" });
    expect(form.theirs).toEqual({ lastName: "Núñez" });
    form.type("lastName", undefined);
    expect(form.theirs).toEqual({});
  });

  test("reports no conflict for a name that looks the same", () => {
    const draft = { firstName: "Olga", lastName: "Else", base: { firstName: "Zoe\u0308 ", lastName: " Núñez" } };
    expect(new PersonForm(personView({ draft }), list).theirs).toEqual({});
  });

  test("is not stored after the account has changed", async () => {
    const form = new PersonForm(personView(), list);
    form.type("firstName", "Olga");
    receiveSnapshot({ account: account(2), team: team() });
    expect(await form.flushDraft()).toBe(false);
    expect(callsOf("keep_person_draft")).toEqual([]);
  });
});
