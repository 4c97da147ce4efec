// The details of a person of the team. The mocked shell records all calls.

import { createRawSnippet } from "svelte";
import { render } from "svelte/server";
import { beforeEach, describe, expect, test, vi } from "vitest";

import type { PersonView } from "../src/host/types";
import { overwriteGetLocale } from "../src/paraglide/runtime";
import { failure, personView, snapshot, teamRow } from "./samples";

const shell = vi.hoisted(() => ({
  calls: [] as [string, unknown][],
  responses: {} as Record<string, (payload: unknown) => unknown>,
}));

vi.mock("@tauri-apps/api/core", () => ({
  invoke: async (command: string, payload: unknown) => {
    shell.calls.push([command, payload]);
    return (await shell.responses[command]?.(payload)) ?? null;
  },
}));
vi.mock("@tauri-apps/api/event", () => ({ listen: async () => () => {} }));
vi.mock("../src/features/team/team.svelte", () => ({ team: { reloadRows: () => {} } }));

vi.stubGlobal("document", { documentElement: {} });
vi.stubGlobal("navigator", { languages: ["en"] });
vi.stubGlobal("window", { __LAPEL__: { snapshot: snapshot({}), servers: [], pictureOrigin: "pictures/", dataFolder: "", version: "", languages: ["en"] } });

const { requestClose, confirmLeave, pendingLeave, cancelLeave } = await import("../src/form/leaving.svelte");
const { PersonDetails } = await import("../src/features/team/person/details.svelte");
const { personFacts, roleBadges } = await import("../src/features/team/person/facts");
const { PersonForm } = await import("../src/features/team/person/form.svelte");
const { default: PersonEdit } = await import("../src/features/team/person/PersonEdit.svelte");
const { app } = await import("../src/state/app.svelte");

const callsOf = (command: string) => shell.calls.filter(([name]) => name === command).map(([, payload]) => payload);
const respondWith = (command: string, response: unknown) => (shell.responses[command] = () => response);
const failWith = (command: string, error: unknown) => (shell.responses[command] = () => Promise.reject(error));

beforeEach(() => {
  overwriteGetLocale(() => "en");
  shell.responses = {};
  respondWith("open_person", personView());
  cancelLeave();
  shell.calls = [];
});

describe("leaving the details", () => {
  test("stores the draft first", async () => {
    const details = new PersonDetails();
    await details.open("p1");
    details.form?.type("firstName", "Olga");
    const then = vi.fn();
    await details.leave(then);
    expect(then).toHaveBeenCalledOnce();
    expect(callsOf("keep_person_draft")).toHaveLength(1);
  });

  test("warns once if the draft cannot be stored", async () => {
    failWith("keep_person_draft", failure("storageFailed"));
    const details = new PersonDetails();
    await details.open("p1");
    details.form?.type("firstName", "Olga");
    const then = vi.fn();
    await details.leave(then);
    expect(details.draftUnsaved).toBe(true);
    expect(then).not.toHaveBeenCalled();
    await details.leave(then);
    expect(then).toHaveBeenCalledOnce();
  });

  test("for another person ignores a late response for the first one", async () => {
    const pending: ((view: PersonView) => void)[] = [];
    shell.responses["open_person"] = () => new Promise<PersonView>((resolve) => pending.push(resolve));
    const details = new PersonDetails();
    const first = details.open("p1");
    const second = details.open("p2");
    await vi.waitFor(() => expect(pending).toHaveLength(2));
    pending[1]?.(personView({ row: teamRow({ id: "p2" }) }));
    await second;
    pending[0]?.(personView());
    await first;
    expect(details.form?.view.row.id).toBe("p2");
  });

  test("by closing the window asks about unsaved changes, unless the details are closed", async () => {
    const details = new PersonDetails();
    await details.open("p1");
    details.form?.type("firstName", "Olga");
    await requestClose();
    expect(pendingLeave()).toMatchObject({ form: details.form, closesWindow: true, draftStored: true });
    expect(callsOf("close_window")).toEqual([]);
    confirmLeave();
    details.close();
    await requestClose();
    expect(pendingLeave()).toBeNull();
    expect(callsOf("close_window")).toHaveLength(2);
  });

  test("shows why a person could not be loaded", async () => {
    failWith("open_person", failure("rowGone"));
    const details = new PersonDetails();
    await details.open("p1");
    expect(details).toMatchObject({ form: null, showsLoading: false });
    expect(details.error?.code).toBe("rowGone");
  });
});

describe("the facts", () => {
  test("of an invitation leave out the values it does not have", () => {
    const view = personView({ row: teamRow({ id: "p1", pending: true, userRole: null, sso: null, since: null }), updatedAt: null });
    expect(roleBadges(view)).toEqual(["Role in organization: Viewer"]);
    expect(personFacts(view)).toEqual([{ name: "Status", value: "Invited, not accepted yet" }, { name: "ID", value: "p1" }]);
  });

  test("name the kind of each role, and mark a long list of tags", () => {
    expect(roleBadges(personView({ row: teamRow({ teamRole: "admin", userRole: "admin" }) }))).toEqual(["Role in organization: Admin", "Service role: Administrator"]);
    const tags = (...all: string[]) => personFacts(personView({ row: teamRow({ tags: all }) })).at(-1);
    expect(tags("Design", "Madrid")).toEqual({ name: "Tags", value: "Design, Madrid" });
    expect(tags("A rather long one", "and another of that kind")).toMatchObject({ long: true });
  });
});

test("the form has the fields of the profile page except the role, with different ids", () => {
  app.painted = true;
  const children = createRawSnippet(() => ({ render: () => "<p>Who</p>" }));
  const html = render(PersonEdit, { props: { form: new PersonForm(personView()), children } }).body;
  expect([...html.matchAll(/<label for="([\w-]+)"/g)].map(([, id]) => id)).toEqual([
    "person-picture-file", "person-firstName", "person-lastName", "person-language", "person-picture-url",
  ]);
  expect(html).not.toContain('"profile-');
  expect(html).toContain('value="Leave unchanged"');
});
