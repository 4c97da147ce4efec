// Somebody else's details while they are open, with a shell that notes what it is told.

import { createRawSnippet } from "svelte";
import { render } from "svelte/server";
import { beforeEach, describe, expect, test, vi } from "vitest";

import type { PersonView } from "../src/host/types";
import { overwriteGetLocale } from "../src/paraglide/runtime";
import { failure, personView, snapshot, teamRow } from "./samples";

const shell = vi.hoisted(() => ({
  told: [] as [string, unknown][],
  answers: {} as Record<string, (payload: unknown) => unknown>,
}));

vi.mock("@tauri-apps/api/core", () => ({
  invoke: async (command: string, payload: unknown) => {
    shell.told.push([command, payload]);
    return (await shell.answers[command]?.(payload)) ?? null;
  },
}));
vi.mock("@tauri-apps/api/event", () => ({ listen: async () => () => {} }));
vi.mock("../src/features/team/team.svelte", () => ({ team: { again: () => {} } }));

vi.stubGlobal("document", { documentElement: {} });
vi.stubGlobal("navigator", { languages: ["en"] });
vi.stubGlobal("window", { __LAPEL__: { snapshot: snapshot({}), servers: [], pictureOrigin: "pictures/", dataFolder: "", version: "", languages: ["en"] } });

const { closeForm, leave, leaving, stay } = await import("../src/form/leaving.svelte");
const { Details } = await import("../src/features/team/person/details.svelte");
const { facts, roles } = await import("../src/features/team/person/facts");
const { PersonForm } = await import("../src/features/team/person/form.svelte");
const { default: PersonEdit } = await import("../src/features/team/person/PersonEdit.svelte");
const { app } = await import("../src/state/app.svelte");

const told = (command: string) => shell.told.filter(([name]) => name === command).map(([, payload]) => payload);
const answers = (command: string, answer: unknown) => (shell.answers[command] = () => answer);
const refuses = (command: string, error: unknown) => (shell.answers[command] = () => Promise.reject(error));

beforeEach(() => {
  overwriteGetLocale(() => "en");
  shell.answers = {};
  answers("open_person", personView());
  stay();
  shell.told = [];
});

describe("leaving the details", () => {
  test("keeps what is typed first", async () => {
    const details = new Details();
    await details.open("p1");
    details.form?.type("firstName", "Olga");
    const then = vi.fn();
    await details.leave(then);
    expect(then).toHaveBeenCalledOnce();
    expect(told("keep_person_draft")).toHaveLength(1);
  });

  test("says so once where that fails", async () => {
    refuses("keep_person_draft", failure("storageFailed"));
    const details = new Details();
    await details.open("p1");
    details.form?.type("firstName", "Olga");
    const then = vi.fn();
    await details.leave(then);
    expect(details.unkept).toBe(true);
    expect(then).not.toHaveBeenCalled();
    await details.leave(then);
    expect(then).toHaveBeenCalledOnce();
  });

  test("for another person shows the newer one, whatever comes first", async () => {
    const waiting: ((view: PersonView) => void)[] = [];
    shell.answers["open_person"] = () => new Promise<PersonView>((answer) => waiting.push(answer));
    const details = new Details();
    const first = details.open("p1");
    const second = details.open("p2");
    await vi.waitFor(() => expect(waiting).toHaveLength(2));
    waiting[1]?.(personView({ row: teamRow({ id: "p2" }) }));
    await second;
    waiting[0]?.(personView());
    await first;
    expect(details.form?.view.row.id).toBe("p2");
  });

  test("with the window asks about what is typed, unless they are closed", async () => {
    const details = new Details();
    await details.open("p1");
    details.form?.type("firstName", "Olga");
    await closeForm();
    expect(leaving()).toMatchObject({ of: details.form, closes: true, kept: true });
    expect(told("close_window")).toEqual([]);
    leave();
    details.close();
    await closeForm();
    expect(leaving()).toBeNull();
    expect(told("close_window")).toHaveLength(2);
  });

  test("that nobody can see tells why", async () => {
    refuses("open_person", failure("rowGone"));
    const details = new Details();
    await details.open("p1");
    expect(details).toMatchObject({ form: null, slow: false });
    expect(details.error?.code).toBe("rowGone");
  });
});

describe("what is told", () => {
  test("of an invitation is that it is one, and nothing that it has not", () => {
    const view = personView({ row: teamRow({ id: "p1", pending: true, userRole: null, sso: null, since: null }), updatedAt: null });
    expect(roles(view)).toEqual(["Team role: Viewer"]);
    expect(facts(view)).toEqual([{ name: "State", value: "Invitation, not accepted yet" }, { name: "Id", value: "p1" }]);
  });

  test("tells the two roles apart, and gives many tags a row of their own", () => {
    expect(roles(personView({ row: teamRow({ teamRole: "admin", userRole: "admin" }) }))).toEqual(["Team role: Admin", "User role: Administrator"]);
    const tags = (...all: string[]) => facts(personView({ row: teamRow({ tags: all }) })).at(-1);
    expect(tags("Design", "Madrid")).toEqual({ name: "Tags", value: "Design, Madrid" });
    expect(tags("A rather long one", "and another of that kind")).toMatchObject({ long: true });
  });
});

test("the form has the fields of the profile page but the role, each with an id of its own", () => {
  app.painted = true;
  const children = createRawSnippet(() => ({ render: () => "<p>Who</p>" }));
  const html = render(PersonEdit, { props: { form: new PersonForm(personView()), children } }).body;
  expect([...html.matchAll(/<label for="([\w-]+)"/g)].map(([, id]) => id)).toEqual([
    "person-picture-file", "person-firstName", "person-lastName", "person-language", "person-picture-url",
  ]);
  expect(html).not.toContain('"profile-');
  expect(html).toContain('value="Leave as it is"');
});
