// The form for another person of the team. The mocked shell records all calls.

import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import { PAUSE_MS } from "../src/form/draft";
import type { Snapshot, TeamReason } from "../src/host/types";
import { account, failure, personView, snapshot, teamRow, teamView } from "./samples";

const shell = vi.hoisted(() => ({
  calls: [] as [string, unknown][],
  responses: {} as Record<string, (payload: unknown) => unknown>,
  reloads: 0,
}));

vi.mock("@tauri-apps/api/core", () => ({
  invoke: async (command: string, payload: unknown) => {
    shell.calls.push([command, payload]);
    return (await shell.responses[command]?.(payload)) ?? null;
  },
}));
vi.mock("@tauri-apps/api/event", () => ({ listen: async () => () => {} }));
vi.mock("../src/features/team/team.svelte", () => ({ team: { reloadRows: () => (shell.reloads += 1) } }));

vi.stubGlobal("document", { documentElement: {} });
vi.stubGlobal("window", { __LAPEL__: { snapshot: snapshot({}), servers: [], pictureOrigin: "pictures/", dataFolder: "", version: "", languages: ["en"] } });

const { PersonForm } = await import("../src/features/team/person/form.svelte");
const { app } = await import("../src/state/app.svelte");

let revision = 1;

function applySnapshot(change: Partial<Snapshot>): void {
  app.applySnapshot(snapshot({ ...change, revision: (revision += 1) }));
}

/** A team in which the user may change all roles, or none for a reason. */
const team = (reason: TeamReason | null = null) =>
  teamView({ rights: { teamRoles: reason === null ? ["admin", "editor", "viewer", "unassigned"] : [], userRoles: reason === null ? ["admin", "adminViewer", "user"] : [], reason } });

const callsOf = (command: string) => shell.calls.filter(([name]) => name === command).map(([, payload]) => payload);
const respondWith = (command: string, response: unknown) => (shell.responses[command] = () => response);
const failWith = (command: string, error: unknown) => (shell.responses[command] = () => Promise.reject(error));
const draftPayload = (draft: unknown) => ({ id: "p1", draft });

beforeEach(() => {
  shell.responses = {};
  shell.reloads = 0;
  respondWith("open_person", personView());
  applySnapshot({ team: team() });
  shell.calls = [];
});

describe("saving", () => {
  test("sends only the changed fields, with their displayed values as bases", async () => {
    const form = new PersonForm(personView());
    form.type("firstName", "Olga");
    form.type("lastName", "Núñez ");
    respondWith("open_person", personView({ firstName: "Olga" }));
    expect(await form.save()).toBe(true);
    expect(callsOf("save_person")).toEqual([{ id: "p1", changes: { firstName: "Olga", base: { firstName: "Zoë" } } }]);
    expect(form).toMatchObject({ changedCount: 0, status: "saved", busy: false });
    expect(form.saved.firstName).toBe("Olga");
    expect(callsOf("open_person")).toHaveLength(1);
    expect(shell.reloads).toBe(1);
  });

  test("sends a language only if one is selected, and without a base", async () => {
    const form = new PersonForm(personView());
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
    const form = new PersonForm(personView({ row: teamRow({ id: "p1", picture: { id: "x", url: null } }), pictureAddress: "/pictures/1.png" }));
    form.removePicture();
    await form.save();
    expect(callsOf("save_person")).toEqual([{ id: "p1", changes: { picture: { kind: "removed" }, base: { picture: "/pictures/1.png" } } }]);
    expect(form.picture).toBeNull();
  });

  test("does not start twice or without a change", async () => {
    const form = new PersonForm(personView());
    expect(await form.save()).toBe(false);
    form.type("firstName", "Olga");
    await Promise.all([form.save(), form.save()]);
    expect(callsOf("save_person")).toHaveLength(1);
  });

  test("shows the saved values even if the person cannot be read again", async () => {
    const form = new PersonForm(personView());
    form.type("firstName", " Olga ");
    failWith("open_person", failure("network"));
    expect(await form.save()).toBe(true);
    expect(form.saved.firstName).toBe("Olga");
  });

  test("keeps values typed during the save, with the saved values as bases", async () => {
    const form = new PersonForm(personView());
    form.type("firstName", "Olga");
    shell.responses["save_person"] = () => form.type("firstName", "Olga!");
    respondWith("open_person", personView({ firstName: "Olga" }));
    await form.save();
    expect(form.different).toEqual({ firstName: "Olga!" });
    respondWith("save_person", null);
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
    const form = new PersonForm(personView());
    form.type("firstName", "Olga");
    form.typeUrl("https://example.com/a.png");
    failWith("save_person", error);
    expect(await form.save()).toBe(false);
    expect(form.failures).toEqual({ [place]: error });
    expect(form).toMatchObject({ changedCount: 2, status: "none" });
  });

  test("because somebody else has saved first shows their value, and the next save overwrites it", async () => {
    const form = new PersonForm(personView());
    form.type("firstName", "Olga");
    form.type("lastName", "Else");
    failWith("save_person", failure("personMoved", { field: "firstName" }));
    respondWith("open_person", personView({ firstName: "Anne" }));
    await form.save();
    expect(form.theirs).toEqual({ firstName: "Anne" });
    expect(form.typed).toEqual({ firstName: "Olga", lastName: "Else" });
    expect(form.failures.form?.code).toBe("personMoved");
    respondWith("save_person", null);
    await form.save();
    expect(callsOf("save_person").at(-1)).toEqual({
      id: "p1", changes: { firstName: "Olga", lastName: "Else", base: { firstName: "Anne", lastName: "Núñez" } },
    });
    expect(form.theirs).toEqual({});
  });

  test("because somebody else has saved the same value leaves nothing to save", async () => {
    const form = new PersonForm(personView());
    form.type("firstName", "Olga");
    failWith("save_person", failure("personMoved", { field: "firstName" }));
    respondWith("open_person", personView({ firstName: "Olga" }));
    await form.save();
    expect(form).toMatchObject({ changedCount: 0, failures: {} });
    await form.flushDraft();
    expect(callsOf("keep_person_draft").at(-1)).toEqual(draftPayload(null));
  });

  test("because the person is gone keeps the typed values", async () => {
    const form = new PersonForm(personView());
    form.type("firstName", "Olga");
    failWith("save_person", failure("rowGone"));
    await form.save();
    expect(form.failures.form?.code).toBe("rowGone");
    expect(form.typed).toEqual({ firstName: "Olga" });
    expect(shell.reloads).toBe(1);
  });
});

describe("without a connection or a session", () => {
  test.each([
    [{ team: team("offline") }, "offline"],
    [{ team: team(), session: "expired" as const }, "signedOut"],
  ])("nothing is sent, and the typed values become a draft", async (state, blocker) => {
    const form = new PersonForm(personView());
    form.type("firstName", "Olga");
    applySnapshot(state);
    expect(form.blocker).toBe(blocker);
    expect(await form.save()).toBe(false);
    await form.flushDraft();
    expect(callsOf("save_person")).toEqual([]);
    expect(callsOf("keep_person_draft")).toEqual([draftPayload({ firstName: "Olga", base: { firstName: "Zoë" } })]);
    applySnapshot({ team: team() });
    expect(form.blocker).toBeNull();
  });

  test("an open form stays open, and it appears when editing becomes possible", async () => {
    const form = new PersonForm(personView());
    respondWith("open_person", personView({ canEdit: false }));
    await form.read();
    expect(form.editable).toBe(true);
    const other = new PersonForm(personView({ canEdit: false }));
    expect(other.editable).toBe(false);
    respondWith("open_person", personView());
    await other.read();
    expect(other.editable).toBe(true);
  });
});

describe("a draft", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  test("is stored half a second after typing stops, and deleted by a save", async () => {
    const form = new PersonForm(personView());
    form.type("firstName", "Ol");
    await vi.advanceTimersByTimeAsync(PAUSE_MS - 1);
    expect(callsOf("keep_person_draft")).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(callsOf("keep_person_draft")).toEqual([draftPayload({ firstName: "Ol", base: { firstName: "Zoë" } })]);
    respondWith("open_person", personView({ firstName: "Ol" }));
    await form.save();
    await vi.advanceTimersByTimeAsync(PAUSE_MS);
    expect(callsOf("keep_person_draft").at(-1)).toEqual(draftPayload(null));
  });

  test("is deleted when the changes are discarded", async () => {
    const form = new PersonForm(personView({ draft: { lastName: "Else", base: { lastName: "Núñez" } } }));
    expect(form.fromDraft).toBe(true);
    form.discard();
    await vi.advanceTimersByTimeAsync(0);
    expect(callsOf("keep_person_draft")).toEqual([draftPayload(null)]);
    expect(form).toMatchObject({ changedCount: 0, fromDraft: false });
  });

  test("is restored, and values changed on the server since then are shown", async () => {
    const form = new PersonForm(personView({ draft: { lastName: "Else", language: "es", base: { lastName: "Before" } } }));
    expect(form.different).toEqual({ lastName: "Else", language: "es" });
    expect(form.theirs).toEqual({ lastName: "Núñez" });
    form.type("lastName", undefined);
    expect(form.theirs).toEqual({});
  });

  test("reports no conflict for a name that looks the same", () => {
    const draft = { firstName: "Olga", lastName: "Else", base: { firstName: "Zoe\u0308 ", lastName: " Núñez" } };
    expect(new PersonForm(personView({ draft })).theirs).toEqual({});
  });

  test("is not stored after the account has changed", async () => {
    const form = new PersonForm(personView());
    form.type("firstName", "Olga");
    applySnapshot({ account: account(2), team: team() });
    expect(await form.flushDraft()).toBe(false);
    expect(callsOf("keep_person_draft")).toEqual([]);
  });
});
