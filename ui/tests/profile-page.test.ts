// The HTML of the profile page.

import { beforeEach, describe, expect, test } from "vitest";

import ProfilePage from "../src/features/profile/ProfilePage.svelte";
import type { AppError, EditView, Snapshot } from "../src/host/types";
import { app } from "../src/state/app.svelte";
import { form, html as renderHtml } from "./page";
import { edit, failure, profile, snapshot, sync } from "./samples";

/** Renders the page for a snapshot. */
function renderPage(change: Partial<Snapshot>): string {
  app.snapshot = snapshot(change);
  return renderHtml(ProfilePage);
}

/** The headings, each as its level and its text. */
const headings = (html: string): string[] =>
  [...html.matchAll(/<h(\d)[^>]*>(.*?)<\/h\1>/gs)].map(([, level, text]) => `${level} ${text?.replace(/<[^>]*>/g, "")}`);

beforeEach(() => {
  app.painted = true;
  form.discard();
});

describe("the profile page", () => {
  test("shows the form first, then the account, whatever the state of an edit", () => {
    const expected = ["1 Profile", "2 Owner Person", "2 About your account"];
    expect(headings(renderPage({}))).toEqual(expected);
    for (const state of ["waiting", "refused", "conflict"] as const) expect(headings(renderPage({ edits: [edit({ state })] }))).toEqual(expected);
  });

  test("has its fields in order of importance, and the picture URL only when it is asked for", () => {
    const ids = () => [...renderPage({}).matchAll(/<label[^>]* for="(profile-[\w-]+)"/g)].map(([, id]) => id);
    const fields = ["profile-picture-file", "profile-firstName", "profile-lastName", "profile-language", "profile-role"];
    expect(ids()).toEqual(fields);
    form.showsLink = true;
    expect(ids()).toEqual([...fields, "profile-picture-url"]);
    form.showsLink = false;
  });

  /** The slot of a field: its tone, its text and its buttons. */
  function slotOf(change: Partial<EditView>, id = "profile-firstName") {
    const html = renderPage({ edits: [edit(change)] });
    const slot = html.split('<div class="field-slot ').find((part) => part.includes(`id="${id}-state"`)) ?? "";
    return {
      tone: /^\w+/.exec(slot)?.[0],
      text: new RegExp(`id="${id}-state"[^>]*>([^<]*)`).exec(slot)?.[1],
      buttons: [...slot.matchAll(/<button[^>]*>([^<]*)<\/button>/g)].map(([, text]) => text).filter((text) => text !== "Details"),
      html,
    };
  }

  test("says at the field what waits", () => {
    expect(slotOf({ state: "waiting" })).toMatchObject({ tone: "hint", text: "Saving…", buttons: [] });
    const offline = renderPage({ edits: [edit({})], sync: sync({ state: "waitingForNetwork", error: failure("network") }) });
    expect(offline).toContain("Will sync automatically");
    expect(renderPage({ edits: [edit({})], sync: sync({ state: "signedOut" }) })).toContain("Will sync after you sign in");
  });

  test("marks a refused field, says why, and offers to discard or resend the value", () => {
    const refused = { state: "refused", reason: failure("rejected", { serverMessage: "No digits" }) } as const;
    const slot = slotOf(refused);
    expect(slot).toMatchObject({ tone: "bad", text: "The server refused this: No digits", buttons: ["Send again", "Discard"] });
    expect(slot.html).toMatch(/<input[^>]*id="profile-firstName"[^>]*aria-invalid="true"[^>]*>/);
    const gone = slotOf({ ...refused, field: "picture", reason: failure("pictureGone") }, "profile-picture");
    expect(gone.buttons).toEqual(["Discard"]);
  });

  test("marks a field in conflict, and offers both values", () => {
    const slot = slotOf({ state: "conflict", mine: "Olga", theirs: "Odile" });
    expect(slot).toMatchObject({ tone: "warn", text: "Changed in both places", buttons: ["Keep mine", "Keep theirs"] });
    expect(slot.html).toMatch(/class="input conflict"/);
    expect(slot.html).toMatch(/Olga/);
    expect(slot.html).toMatch(/Odile/);
  });

  test("offers a link to a picture if the upload of a picture is impossible", () => {
    const picture = (reason: AppError) => slotOf({ state: "refused", field: "picture", mine: "", reason }, "profile-picture").buttons;
    for (const reason of [failure("uploadRefused", { field: "picture" }), failure("routeBlocked", { field: "picture" })]) {
      expect(picture(reason)).toEqual(["Send again", "Link to a picture", "Discard"]);
    }
    expect(picture(failure("routeBlocked"))).toEqual(["Send again", "Discard"]);
  });

  test("shows a typed value before the edit that it replaces", () => {
    form.type("firstName", "Third");
    expect(slotOf({ state: "conflict", mine: "Olga", theirs: "Odile" })).toMatchObject({ tone: "changed", text: "Changed", buttons: ["Undo"] });
  });

  test("says at the role field that the change may have been made if only the response may be lost, with details", () => {
    const atRole = (code: AppError["code"]) => {
      form.setFailure("role", failure(code));
      return renderPage({}).match(/id="profile-role-state".*?<\/form>/s)?.[0] ?? "";
    };
    expect(atRole("intermediary")).toMatch(/answered instead of the server[.] The change may have gone through anyway[.] Lapel will show it once the server responds[.]/);
    expect(atRole("intermediary")).toContain(">Details<");
    form.roleReadSinceFailure = true;
    expect(atRole("intermediary")).toMatch(/answered instead of the server[.] Your role wasn't changed[.]/);
    form.roleReadSinceFailure = false;
    expect(atRole("rejected")).toContain(">The server refused this.<");
    expect(atRole("rejected")).not.toContain(">Details<");
  });

  test("says at the field what the server has changed", () => {
    const storedAs = [{ field: "firstName", value: "Olga" }, { field: "picture", value: "https://example.com/1" }] as const;
    const html = renderPage({ profile: { ...profile, storedAs: [...storedAs], updated: { at: 0, fields: ["lastName"] } } });
    expect(html).toMatch(/id="profile-firstName-state"[^>]*>The server stores it in this form[.]</);
    expect(html).toMatch(/id="profile-lastName-state"[^>]*>Updated from the server /);
    expect(html).toContain("The server stores the picture at a different address.");
  });

  test("shows only the form's picture, and the saved name", () => {
    const saved = { ...profile, picture: { id: "saved", url: null } };
    form.type("picture", { kind: "held", id: "chosen" });
    form.type("firstName", "Olivia");
    const html = renderPage({ profile: saved });
    expect(html.match(/<img [^>]*/g)).toEqual([expect.stringContaining('src="pictures/chosen" alt=""')]);
    expect(headings(html)).toContain("2 Owner Person");
    form.removePicture();
    expect(renderPage({ profile: saved })).toMatch(/aria-hidden="true"[^>]*>OP</);
  });
});
