// The form about somebody else, with a shell that notes what it is told.

import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import { PAUSE_MS } from "../src/form/draft";
import type { Snapshot, TeamReason } from "../src/host/types";
import { account, failure, personView, snapshot, teamRow, teamView } from "./samples";

const shell = vi.hoisted(() => ({
  told: [] as [string, unknown][],
  answers: {} as Record<string, (payload: unknown) => unknown>,
  again: 0,
}));

vi.mock("@tauri-apps/api/core", () => ({
  invoke: async (command: string, payload: unknown) => {
    shell.told.push([command, payload]);
    return (await shell.answers[command]?.(payload)) ?? null;
  },
}));
vi.mock("@tauri-apps/api/event", () => ({ listen: async () => () => {} }));
vi.mock("../src/features/team/team.svelte", () => ({ team: { again: () => (shell.again += 1) } }));

vi.stubGlobal("document", { documentElement: {} });
vi.stubGlobal("window", { __LAPEL__: { snapshot: snapshot({}), servers: [], pictureOrigin: "pictures/", dataFolder: "", version: "", languages: ["en"] } });

const { PersonForm } = await import("../src/features/team/person/form.svelte");
const { app } = await import("../src/state/app.svelte");

let revision = 1;

function shows(change: Partial<Snapshot>): void {
  app.receive(snapshot({ ...change, revision: (revision += 1) }));
}

/** A team in which everything may be done, or nothing for a reason. */
const team = (reason: TeamReason | null = null) =>
  teamView({ rights: { teamRoles: reason === null ? ["admin", "editor", "viewer", "unassigned"] : [], userRoles: reason === null ? ["admin", "adminViewer", "user"] : [], reason } });

const told = (command: string) => shell.told.filter(([name]) => name === command).map(([, payload]) => payload);
const answers = (command: string, answer: unknown) => (shell.answers[command] = () => answer);
const refuses = (command: string, error: unknown) => (shell.answers[command] = () => Promise.reject(error));
const kept = (draft: unknown) => ({ id: "p1", draft });

beforeEach(() => {
  shell.answers = {};
  shell.again = 0;
  answers("open_person", personView());
  shows({ team: team() });
  shell.told = [];
});

describe("saving", () => {
  test("sends what differs and no more, with what the form showed", async () => {
    const form = new PersonForm(personView());
    form.type("firstName", "Olga");
    form.type("lastName", "Núñez ");
    answers("open_person", personView({ firstName: "Olga" }));
    expect(await form.save()).toBe(true);
    expect(told("save_person")).toEqual([{ id: "p1", changes: { firstName: "Olga", base: { firstName: "Zoë" } } }]);
    expect(form).toMatchObject({ changed: 0, status: "saved", busy: false });
    expect(form.saved.firstName).toBe("Olga");
    expect(told("open_person")).toHaveLength(1);
    expect(shell.again).toBe(1);
  });

  test("sends a language only when one is chosen, and without a base", async () => {
    const form = new PersonForm(personView());
    expect(form.saved.language).toBe("");
    form.type("language", "es");
    form.type("language", undefined);
    expect(form.changed).toBe(0);
    form.type("language", "es");
    await form.save();
    expect(told("save_person")).toEqual([{ id: "p1", changes: { language: "es", base: {} } }]);
    expect(form.saved.language).toBe("");
  });

  test("has the address that the picture had as its base", async () => {
    const form = new PersonForm(personView({ row: teamRow({ id: "p1", picture: { id: "x", url: null } }), pictureAddress: "/pictures/1.png" }));
    form.removePicture();
    await form.save();
    expect(told("save_person")).toEqual([{ id: "p1", changes: { picture: { kind: "removed" }, base: { picture: "/pictures/1.png" } } }]);
    expect(form.picture).toBeNull();
  });

  test("is not started twice, nor without a change", async () => {
    const form = new PersonForm(personView());
    expect(await form.save()).toBe(false);
    form.type("firstName", "Olga");
    await Promise.all([form.save(), form.save()]);
    expect(told("save_person")).toHaveLength(1);
  });

  test("shows what was saved also where it cannot be read again", async () => {
    const form = new PersonForm(personView());
    form.type("firstName", " Olga ");
    refuses("open_person", failure("network"));
    expect(await form.save()).toBe(true);
    expect(form.saved.firstName).toBe("Olga");
  });

  test("keeps what is typed over meanwhile, from what was saved on", async () => {
    const form = new PersonForm(personView());
    form.type("firstName", "Olga");
    shell.answers["save_person"] = () => form.type("firstName", "Olga!");
    answers("open_person", personView({ firstName: "Olga" }));
    await form.save();
    expect(form.different).toEqual({ firstName: "Olga!" });
    answers("save_person", null);
    await form.save();
    expect(told("save_person").at(-1)).toEqual({ id: "p1", changes: { firstName: "Olga!", base: { firstName: "Olga" } } });
  });
});

describe("a save that fails", () => {
  test.each([
    [failure("invalidName", { field: "firstName" }), "firstName"],
    [failure("languageNeeded"), "language"],
    [failure("network"), "form"],
    [failure("invalidPictureUrl", { field: "picture" }), "url"],
  ] as const)("is said at its place, and nothing is lost", async (error, place) => {
    const form = new PersonForm(personView());
    form.type("firstName", "Olga");
    form.typeUrl("https://example.com/a.png");
    refuses("save_person", error);
    expect(await form.save()).toBe(false);
    expect(form.failures).toEqual({ [place]: error });
    expect(form).toMatchObject({ changed: 2, status: "none" });
  });

  test("since somebody else was faster shows theirs, and saves over it the next time", async () => {
    const form = new PersonForm(personView());
    form.type("firstName", "Olga");
    form.type("lastName", "Else");
    refuses("save_person", failure("personMoved", { field: "firstName" }));
    answers("open_person", personView({ firstName: "Anne" }));
    await form.save();
    expect(form.theirs).toEqual({ firstName: "Anne" });
    expect(form.typed).toEqual({ firstName: "Olga", lastName: "Else" });
    expect(form.failures.form?.code).toBe("personMoved");
    answers("save_person", null);
    await form.save();
    expect(told("save_person").at(-1)).toEqual({
      id: "p1", changes: { firstName: "Olga", lastName: "Else", base: { firstName: "Anne", lastName: "Núñez" } },
    });
    expect(form.theirs).toEqual({});
  });

  test("since somebody else typed the same needs nothing any more", async () => {
    const form = new PersonForm(personView());
    form.type("firstName", "Olga");
    refuses("save_person", failure("personMoved", { field: "firstName" }));
    answers("open_person", personView({ firstName: "Olga" }));
    await form.save();
    expect(form).toMatchObject({ changed: 0, failures: {} });
    await form.leaveField();
    expect(told("keep_person_draft").at(-1)).toEqual(kept(null));
  });

  test("since the person is gone leaves what was typed", async () => {
    const form = new PersonForm(personView());
    form.type("firstName", "Olga");
    refuses("save_person", failure("rowGone"));
    await form.save();
    expect(form.failures.form?.code).toBe("rowGone");
    expect(form.typed).toEqual({ firstName: "Olga" });
    expect(shell.again).toBe(1);
  });
});

describe("without a connection or a session", () => {
  test.each([
    [{ team: team("offline") }, "offline"],
    [{ team: team(), session: "expired" as const }, "signedOut"],
  ])("nothing is sent, and what is typed is a draft", async (state, block) => {
    const form = new PersonForm(personView());
    form.type("firstName", "Olga");
    shows(state);
    expect(form.block).toBe(block);
    expect(await form.save()).toBe(false);
    await form.leaveField();
    expect(told("save_person")).toEqual([]);
    expect(told("keep_person_draft")).toEqual([kept({ firstName: "Olga", base: { firstName: "Zoë" } })]);
    shows({ team: team() });
    expect(form.block).toBeNull();
  });

  test("the form stays once it is there, and comes where changes become possible", async () => {
    const form = new PersonForm(personView());
    answers("open_person", personView({ canEdit: false }));
    await form.read();
    expect(form.editable).toBe(true);
    const other = new PersonForm(personView({ canEdit: false }));
    expect(other.editable).toBe(false);
    answers("open_person", personView());
    await other.read();
    expect(other.editable).toBe(true);
  });
});

describe("a draft", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  test("is kept half a second after typing stops, and forgotten by a save", async () => {
    const form = new PersonForm(personView());
    form.type("firstName", "Ol");
    await vi.advanceTimersByTimeAsync(PAUSE_MS - 1);
    expect(told("keep_person_draft")).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(told("keep_person_draft")).toEqual([kept({ firstName: "Ol", base: { firstName: "Zoë" } })]);
    answers("open_person", personView({ firstName: "Ol" }));
    await form.save();
    await vi.advanceTimersByTimeAsync(PAUSE_MS);
    expect(told("keep_person_draft").at(-1)).toEqual(kept(null));
  });

  test("is dropped with the changes", async () => {
    const form = new PersonForm(personView({ draft: { lastName: "Else", base: { lastName: "Núñez" } } }));
    expect(form.fromDraft).toBe(true);
    form.discard();
    await vi.advanceTimersByTimeAsync(0);
    expect(told("keep_person_draft")).toEqual([kept(null)]);
    expect(form).toMatchObject({ changed: 0, fromDraft: false });
  });

  test("comes back, with what the server has by now", async () => {
    const form = new PersonForm(personView({ draft: { lastName: "Else", language: "es", base: { lastName: "Before" } } }));
    expect(form.different).toEqual({ lastName: "Else", language: "es" });
    expect(form.theirs).toEqual({ lastName: "Núñez" });
    form.type("lastName", undefined);
    expect(form.theirs).toEqual({});
  });

  test("says nothing of a name that looks as it did before", () => {
    const draft = { firstName: "Olga", lastName: "Else", base: { firstName: "Zoe\u0308 ", lastName: " Núñez" } };
    expect(new PersonForm(personView({ draft })).theirs).toEqual({});
  });

  test("is none of another account's business", async () => {
    const form = new PersonForm(personView());
    form.type("firstName", "Olga");
    shows({ account: account(2), team: team() });
    expect(await form.leaveField()).toBe(false);
    expect(told("keep_person_draft")).toEqual([]);
  });
});
