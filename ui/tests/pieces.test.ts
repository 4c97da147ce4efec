// URL preview, sign-out and save status, with a mock shell whose responses the tests control.

import { beforeEach, describe, expect, test, vi } from "vitest";

import { isAboutUnsent, saveLine } from "../src/features/profile/save-line";
import { overwriteGetLocale } from "../src/paraglide/runtime";
import { failure, snapshot, sync } from "./samples";

const shell = vi.hoisted(() => ({ calls: [] as { command: string; answer: (value: unknown) => void; refuse: (error: unknown) => void }[] }));

vi.mock("@tauri-apps/api/core", () => ({
  invoke: (command: string) =>
    command === "snapshot" || command.endsWith("_draft")
      ? Promise.resolve(snapshot({}))
      : new Promise((answer, refuse) => shell.calls.push({ command, answer, refuse })),
}));
vi.mock("@tauri-apps/api/event", () => ({ listen: async () => () => {} }));

vi.stubGlobal("document", { documentElement: {} });
vi.stubGlobal("window", { __LAPEL__: { snapshot: snapshot({}), servers: [], pictureOrigin: "", dataFolder: "", version: "", languages: [] } });

const { UrlPreview } = await import("../src/features/picture/url-preview.svelte");
const { SignOut } = await import("../src/features/settings/sign-out.svelte");
const { form } = await import("../src/form/form.svelte");
const { failures } = await import("../src/state/failures.svelte");

beforeEach(() => {
  overwriteGetLocale(() => "en");
  shell.calls = [];
  form.discard();
  form.urlPicture = null;
  failures.all = [];
});

describe("a URL preview", () => {
  test("ignores a late result of an earlier URL", async () => {
    const preview = new UrlPreview();
    form.typeUrl("https://example.com/old.png");
    const old = preview.load();
    form.typeUrl("https://example.com/new.png");
    const now = preview.load();
    shell.calls[1]?.answer({ id: "new", url: null });
    await now;
    shell.calls[0]?.answer({ id: "old", url: null });
    await old;
    expect(form.picture?.id).toBe("new");
    expect(preview.loading).toBe(false);
  });

  test("shows an error only for the current URL", async () => {
    const preview = new UrlPreview();
    form.typeUrl("https://example.com/a.png");
    const looking = preview.load();
    form.typeUrl("https://example.com/ab.png");
    shell.calls[0]?.refuse(failure("pictureNotFound", { field: "picture" }));
    await looking;
    expect(form.failures.url).toBeUndefined();
    const again = preview.load();
    shell.calls[1]?.refuse(failure("pictureNotFound", { field: "picture" }));
    await again;
    expect(form.failures.url?.code).toBe("pictureNotFound");
  });
});

describe("signing out", () => {
  test("asks about unsent changes", async () => {
    const out = new SignOut();
    const running = out.run(false);
    expect(out.busy).toBe(true);
    shell.calls[0]?.refuse(failure("unsentEdits", { count: 3 }));
    await running;
    expect(out).toMatchObject({ busy: false, unsent: 3, failure: null });
  });

  test("shows a sign-in left in the keyring on the sign-in page", async () => {
    const out = new SignOut();
    const running = out.run(true);
    shell.calls[0]?.refuse(failure("tokenLeft"));
    await running;
    expect(out.failure).toBeNull();
    expect(failures.all.map(({ error }) => error.code)).toEqual(["tokenLeft"]);
  });
});

describe("the save status of a form", () => {
  test("contains the reason", () => {
    expect(saveLine("notSent", sync({ state: "waitingForNetwork", error: failure("network") }), 0)).toEqual(["Not sent yet", "No connection"]);
    expect(saveLine("notSent", sync({ state: "waitingForNetwork", error: failure("tls") }), 2)).toEqual([
      "Not sent yet",
      "The server's certificate isn't trusted, so Lapel won't connect.",
      "2 changes not saved",
    ]);
    expect(saveLine("notSent", sync({ state: "waitingForNetwork", error: failure("redirected") }), 0)).toEqual([
      "Not sent yet",
      "The server redirects to another address. Lapel doesn't follow it.",
    ]);
    expect(saveLine("notSent", sync({ state: "signedOut" }), 0)).toEqual(["Not sent yet", "Sign in to continue"]);
    expect(saveLine("saved", sync({ error: failure("network") }), 0)).toEqual(["Saved"]);
    expect(saveLine("none", sync(), 0)).toEqual([]);
  });

  test("links to the card of unsent edits if the card has the reason", () => {
    const all = ["none", "saving", "saved", "notSent", "refused", "needsPerson", "conflict"] as const;
    expect(all.filter(isAboutUnsent)).toEqual(["refused", "needsPerson", "conflict"]);
  });
});
