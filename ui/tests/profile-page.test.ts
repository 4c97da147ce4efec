// The HTML of the profile page.

import { beforeEach, describe, expect, test } from "vitest";

import { controlOf } from "../src/features/profile/edits";
import ProfilePage from "../src/features/profile/ProfilePage.svelte";
import type { AppError, EditView, Snapshot } from "../src/host/types";
import { app } from "../src/state/app.svelte";
import { form, html as renderHtml } from "./page";
import { edit, failure, profile, snapshot } from "./samples";

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
  test("shows the form first, then the account", () => {
    expect(headings(renderPage({}))).toEqual(["1 Your profile", "2 Owner Person", "2 About your account"]);
    const waits = headings(renderPage({ edits: [edit({ state: "refused" })] }));
    expect(waits.slice(0, 4)).toEqual(["1 Your profile", "2 Not sent to the server yet", "3 First name", "2 Owner Person"]);
  });

  test("has its fields in order of importance, the picture URL last", () => {
    const ids = [...renderPage({}).matchAll(/<label for="(profile-[\w-]+)"/g)].map(([, id]) => id);
    expect(ids).toEqual([
      "profile-picture-file", "profile-firstName", "profile-lastName", "profile-language", "profile-role", "profile-picture-url",
    ]);
  });

  /** The names of the buttons in the card of unsent edits. */
  const decisions = (change: Partial<EditView>) => {
    const card = renderPage({ edits: [edit(change)] }).match(/<section[^>]*aria-labelledby="unsent".*?<\/section>/s)?.[0] ?? "";
    return [...card.matchAll(/<button class="button[^>]*>(.*?)<\/button>/gs)].map(([, text]) => text);
  };

  test("offers to discard, change or resend a rejected edit", () => {
    const refused = { state: "refused", reason: failure("rejected") } as const;
    expect(decisions(refused)).toEqual(["Discard", "Fix it", "Send again"]);
    expect(decisions({ ...refused, field: "picture", reason: failure("pictureGone") })).toEqual(["Discard", "Change it"]);
  });

  test("leads to the URL field if the upload of a picture is impossible", () => {
    const picture = (reason: AppError) => edit({ state: "refused", field: "picture", mine: "", reason });
    for (const reason of [failure("uploadRefused", { field: "picture" }), failure("routeBlocked", { field: "picture" })]) {
      expect(decisions(picture(reason))).toEqual(["Discard", "Link to a picture", "Send again"]);
      expect(controlOf(picture(reason))).toBe("picture-url");
    }
    const put = picture(failure("routeBlocked"));
    expect(decisions(put)).toEqual(["Discard", "Change it", "Send again"]);
    expect(controlOf(put)).toBe("picture-file");
  });

  test("shows an edit as refused only if the server has refused it", () => {
    const pageWithRefusal = (code: AppError["code"]) => renderPage({ edits: [edit({ state: "refused", reason: failure(code) })] });
    expect(pageWithRefusal("rejected")).toContain("Refused");
    for (const code of ["routeBlocked", "notKept", "languageNotOffered", "pictureGone"] as const) {
      expect(pageWithRefusal(code)).toContain("Needs your attention");
      expect(pageWithRefusal(code)).not.toContain("Refused");
    }
  });

  test("says at the role field that the change may have been made if only the response may be lost, with details", () => {
    const atRole = (code: AppError["code"]) => {
      form.setFailure("role", failure(code));
      return renderPage({}).match(/<div class="role.*?<details/s)?.[0] ?? "";
    };
    expect(atRole("intermediary")).toMatch(/answered instead of the server[.] The change may have gone through anyway[.] Lapel will show it once the server responds[.]/);
    expect(atRole("intermediary")).toContain(">Details<");
    form.roleReadSinceFailure = true;
    expect(atRole("intermediary")).toMatch(/answered instead of the server[.] Your role wasn't changed[.]/);
    form.roleReadSinceFailure = false;
    expect(atRole("rejected")).toContain(">The server refused this.<");
    expect(atRole("rejected")).not.toContain(">Details<");
  });

  test("says if the server stores a saved value in a different form", () => {
    const storedAs = [{ field: "firstName", value: "Olga" }, { field: "picture", value: "https://example.com/1" }] as const;
    const html = renderPage({ profile: { ...profile, storedAs: [...storedAs] } });
    expect(html).toContain("First name: stored as “Olga”");
    expect(html).toContain("The server stores the picture at a different address.");
  });

  test("shows only the form's picture, and the saved name", () => {
    const saved = { ...profile, picture: { id: "saved", url: null } };
    form.type("picture", { kind: "held", id: "chosen" });
    form.type("firstName", "Olivia");
    const html = renderPage({ profile: saved });
    expect(html.match(/<img [^>]*/g)).toEqual([expect.stringContaining('src="pictures/chosen" alt="Your picture"')]);
    expect(headings(html)).toContain("2 Owner Person");
    form.removePicture();
    expect(renderPage({ profile: saved })).toMatch(/role="img" aria-label="Your picture"[^>]*>OP</);
  });
});
