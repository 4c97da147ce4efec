// The details of a person of the team.

import { createRawSnippet } from "svelte";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import { PersonDetails } from "../src/features/team/person/details.svelte";
import { personFacts } from "../src/features/team/person/facts";
import { PersonForm } from "../src/features/team/person/form.svelte";
import PersonEdit from "../src/features/team/person/PersonEdit.svelte";
import { Team } from "../src/features/team/team.svelte";
import { pendingLeave, requestClose } from "../src/form/leaving.svelte";
import type { PersonView } from "../src/host/types";
import { app } from "../src/state/app.svelte";
import { host } from "./host";
import { html } from "./page";
import { failure, personView, roleDialog, teamRow } from "./samples";

const callsOf = host.payloads;

const opened: PersonDetails[] = [];

function newDetails(): PersonDetails {
  const details = new PersonDetails(new Team());
  opened.push(details);
  return details;
}

beforeEach(() => {
  host.respondWith("open_person", personView());
  host.respondWith("role_dialog", roleDialog());
});
// Close them as an unmounted dialog does, so that their guards are removed.
afterEach(() => opened.splice(0).forEach((details) => details.close()));

describe("leaving the details", () => {
  test("stores the draft first", async () => {
    const details = newDetails();
    await details.open("p1");
    details.form?.type("firstName", "Olga");
    const then = vi.fn();
    await details.leave(then);
    expect(then).toHaveBeenCalledOnce();
    expect(callsOf("keep_person_draft")).toHaveLength(1);
  });

  test("warns once if the draft cannot be stored", async () => {
    host.failWith("keep_person_draft", failure("storageFailed"));
    const details = newDetails();
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
    host.responses["open_person"] = () => new Promise<PersonView>((resolve) => pending.push(resolve));
    const details = newDetails();
    const first = details.open("p1");
    const second = details.open("p2");
    await vi.waitFor(() => expect(pending).toHaveLength(2));
    pending[1]?.(personView({ row: teamRow({ id: "p2" }) }));
    await second;
    pending[0]?.(personView());
    await first;
    expect(details.form?.view.row.id).toBe("p2");
  });

  test("by closing the window stores the draft and asks nothing", async () => {
    const details = newDetails();
    await details.open("p1");
    details.form?.type("firstName", "Olga");
    await requestClose();
    expect(pendingLeave()).toBeNull();
    expect(host.calls.map(({ command }) => command)).toEqual(["open_person", "role_dialog", "keep_person_draft", "close_window"]);
  });

  test("by closing the window asks if the draft could not be stored, unless the details are closed", async () => {
    host.failWith("keep_person_draft", failure("storageFailed"));
    const details = newDetails();
    await details.open("p1");
    details.form?.type("firstName", "Olga");
    await requestClose();
    expect(pendingLeave()).toMatchObject({ form: details.form });
    expect(callsOf("close_window")).toEqual([]);
    details.close();
    expect(pendingLeave()).toBeNull();
    await requestClose();
    expect(callsOf("close_window")).toHaveLength(1);
  });

  test("by closing the window answers the question about a link with no", async () => {
    host.failWith("preview_picture_url", failure("pictureNotFound"));
    const details = newDetails();
    await details.open("p1");
    details.form?.typeUrl("https://pictures.example.com/me.png");
    const saved = details.form?.save();
    await vi.waitFor(() => expect(details.form?.urlPreview.question).not.toBeNull());
    await requestClose();
    expect(await saved).toBe(false);
    expect([callsOf("save_person"), callsOf("close_window").length]).toEqual([[], 1]);
  });

  test("shows why a person could not be loaded", async () => {
    host.failWith("open_person", failure("rowGone"));
    const details = newDetails();
    await details.open("p1");
    expect(details).toMatchObject({ form: null, showsLoading: false });
    expect(details.error?.code).toBe("rowGone");
  });
});

describe("the facts", () => {
  test("of an invitation leave out the values it does not have", () => {
    const view = personView({ row: teamRow({ id: "p1", pending: true, userRole: null, sso: null, since: null }), updatedAt: null });
    expect(personFacts(view)).toEqual([{ name: "ID", value: "p1", long: true }]);
  });
});

describe("shown details", () => {
  test("are read again with the roles, and typed values stay", async () => {
    const details = newDetails();
    await details.open("p1");
    details.form?.type("firstName", "Olga");
    host.respondWith("role_dialog", roleDialog({ isSelf: true }));
    host.respondWith("open_person", personView({ lastName: "Newman" }));
    await details.refresh();
    expect([details.roles?.isSelf, details.form?.view.lastName, details.form?.typed]).toEqual([true, "Newman", { firstName: "Olga" }]);
  });

  test("say that the person is gone, unless something is typed", async () => {
    const details = newDetails();
    await details.open("p1");
    host.failWith("role_dialog", failure("rowGone"));
    details.form?.type("firstName", "Olga");
    await details.refresh();
    expect(details.form).not.toBeNull();
    details.form?.discard();
    await details.refresh();
    expect([details.form, details.error?.code]).toEqual([null, "rowGone"]);
  });
});

test("the form has the fields of the profile page except the role, with different ids", () => {
  app.painted = true;
  const children = createRawSnippet(() => ({ render: () => "<p>Who</p>" }));
  const form = html(PersonEdit, { form: new PersonForm(personView(), new Team()), children });
  expect([...form.matchAll(/<label[^>]* for="([\w-]+)"/g)].map(([, id]) => id)).toEqual([
    "person-picture-file", "person-firstName", "person-lastName", "person-language",
  ]);
  expect(form).not.toContain('"profile-');
  expect(form).toContain('value="Leave unchanged"');
});
