// The profile page as it is first drawn: what is there, once, and in which order.

import { render } from "svelte/server";
import { beforeEach, describe, expect, test, vi } from "vitest";

import type { AppError, EditView, Snapshot } from "../src/host/types";
import { overwriteGetLocale } from "../src/paraglide/runtime";
import { edit, failure, profile, snapshot } from "./samples";

vi.mock("@tauri-apps/api/core", () => ({ invoke: async () => null }));
vi.mock("@tauri-apps/api/event", () => ({ listen: async () => () => {} }));
vi.stubGlobal("document", { documentElement: {} });
vi.stubGlobal("navigator", { languages: ["en"] });
vi.stubGlobal("window", { __LAPEL__: { snapshot: snapshot({}), servers: [], pictureOrigin: "pictures/", dataFolder: "", version: "", languages: ["en"] } });

const { default: ProfilePage } = await import("../src/features/profile/ProfilePage.svelte");
const { controlOf } = await import("../src/features/profile/edits");
const { app } = await import("../src/state/app.svelte");
const { form } = await import("../src/form/form.svelte");

/** The page in a state, without what only the compiler reads. */
function drawn(change: Partial<Snapshot>): string {
  app.snapshot = snapshot(change);
  return render(ProfilePage).body.replace(/<!--.*?-->/g, "");
}

/** The texts of the headings, with their levels. */
const headings = (html: string): string[] =>
  [...html.matchAll(/<h(\d)[^>]*>(.*?)<\/h\1>/gs)].map(([, level, text]) => `${level} ${text?.replace(/<[^>]*>/g, "")}`);

beforeEach(() => {
  overwriteGetLocale(() => "en");
  app.painted = true;
  form.discard();
});

describe("the profile page", () => {
  test("has the person with the form first, then the account", () => {
    expect(headings(drawn({}))).toEqual(["1 Your profile", "2 Owner Person", "2 About your account"]);
    const waits = headings(drawn({ edits: [edit({ state: "refused" })] }));
    expect(waits.slice(0, 4)).toEqual(["1 Your profile", "2 Not on the server yet", "3 First name", "2 Owner Person"]);
  });

  test("has the fields in the order of their use, the address of a picture last", () => {
    const ids = [...drawn({}).matchAll(/<label for="(profile-[\w-]+)"/g)].map(([, id]) => id);
    expect(ids).toEqual([
      "profile-picture-file", "profile-firstName", "profile-lastName", "profile-language", "profile-role", "profile-picture-url",
    ]);
  });

  /** The names of the buttons of the changes that are not on the server. */
  const decisions = (change: Partial<EditView>) => {
    const card = drawn({ edits: [edit(change)] }).match(/<section[^>]*aria-labelledby="unsent".*?<\/section>/s)?.[0] ?? "";
    return [...card.matchAll(/<button class="button[^>]*>(.*?)<\/button>/gs)].map(([, text]) => text);
  };

  test("offers to discard, to change and to send again what is parked", () => {
    const refused = { state: "refused", reason: failure("rejected") } as const;
    expect(decisions(refused)).toEqual(["Discard", "Correct it", "Send again"]);
    expect(decisions({ ...refused, field: "picture", reason: failure("pictureGone") })).toEqual(["Discard", "Change it"]);
  });

  test("leads to the address of a picture where it is the upload that fails", () => {
    const picture = (reason: AppError) => edit({ state: "refused", field: "picture", mine: "", reason });
    for (const reason of [failure("uploadRefused", { field: "picture" }), failure("routeBlocked", { field: "picture" })]) {
      expect(decisions(picture(reason))).toEqual(["Discard", "Link to a picture", "Send again"]);
      expect(controlOf(picture(reason))).toBe("picture-url");
    }
    const put = picture(failure("routeBlocked"));
    expect(decisions(put)).toEqual(["Discard", "Change it", "Send again"]);
    expect(controlOf(put)).toBe("picture-file");
  });

  test("calls refused only what the server has refused", () => {
    const said = (code: AppError["code"]) => drawn({ edits: [edit({ state: "refused", reason: failure(code) })] });
    expect(said("rejected")).toContain("Refused");
    for (const code of ["routeBlocked", "notKept", "languageNotOffered", "pictureGone"] as const) {
      expect(said(code)).toContain("Needs your attention");
      expect(said(code)).not.toContain("Refused");
    }
  });

  test("says at the role what holds where only the answer may be lost, with the details", () => {
    const atRole = (code: AppError["code"]) => {
      form.fail("role", failure(code));
      return drawn({}).match(/<div class="role.*?<details/s)?.[0] ?? "";
    };
    expect(atRole("between")).toMatch(/answered in its place[.] If it was changed all the same, Lapel shows it once the server answers[.]/);
    expect(atRole("between")).toContain(">Details<");
    form.roleHeard = true;
    expect(atRole("between")).toMatch(/answered in its place[.] Your role was not changed[.]/);
    form.roleHeard = false;
    expect(atRole("rejected")).toContain(">The server refused this.<");
    expect(atRole("rejected")).not.toContain(">Details<");
  });

  test("says which form the server keeps of what was saved", () => {
    const storedAs = [{ field: "firstName", value: "Olga" }, { field: "picture", value: "https://example.com/1" }] as const;
    const html = drawn({ profile: { ...profile, storedAs: [...storedAs] } });
    expect(html).toContain("First name: stored as “Olga”");
    expect(html).toContain("The server stores the picture under another address.");
  });

  test("shows one picture, the one in the form, and the name that is saved", () => {
    const saved = { ...profile, picture: { id: "saved", url: null } };
    form.type("picture", { kind: "held", id: "chosen" });
    form.type("firstName", "Olivia");
    const html = drawn({ profile: saved });
    expect(html.match(/<img [^>]*/g)).toEqual([expect.stringContaining('src="pictures/chosen" alt="Your picture"')]);
    expect(headings(html)).toContain("2 Owner Person");
    form.removePicture();
    expect(drawn({ profile: saved })).toMatch(/role="img" aria-label="Your picture"[^>]*>OP</);
  });
});
