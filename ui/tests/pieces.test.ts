// The smaller pieces of state, each with a shell that answers when it is told to.

import { beforeEach, describe, expect, test, vi } from "vitest";

import { isAboutUnsent, saveLine } from "../src/features/profile/save-line";
import { overwriteGetLocale } from "../src/paraglide/runtime";
import { failure, snapshot, sync } from "./samples";

const shell = vi.hoisted(() => ({ asked: [] as { command: string; answer: (value: unknown) => void; refuse: (error: unknown) => void }[] }));

vi.mock("@tauri-apps/api/core", () => ({
  invoke: (command: string) =>
    command === "snapshot" || command.endsWith("_draft")
      ? Promise.resolve(snapshot({}))
      : new Promise((answer, refuse) => shell.asked.push({ command, answer, refuse })),
}));
vi.mock("@tauri-apps/api/event", () => ({ listen: async () => () => {} }));

vi.stubGlobal("document", { documentElement: {} });
vi.stubGlobal("window", { __LAPEL__: { snapshot: snapshot({}), servers: [], pictureOrigin: "", dataFolder: "", version: "", languages: [] } });

const { AddressLook } = await import("../src/features/picture/look.svelte");
const { SignOut } = await import("../src/features/settings/sign-out.svelte");
const { form } = await import("../src/form/form.svelte");
const { failures } = await import("../src/state/failures.svelte");


beforeEach(() => {
  overwriteGetLocale(() => "en");
  shell.asked = [];
  form.discard();
  form.loaded = null;
  failures.all = [];
});

describe("a look at an address", () => {
  test("that comes late changes nothing about a newer one", async () => {
    const address = new AddressLook();
    form.typeUrl("https://example.com/old.png");
    const old = address.look();
    form.typeUrl("https://example.com/new.png");
    const now = address.look();
    shell.asked[1]?.answer({ id: "new", url: null });
    await now;
    shell.asked[0]?.answer({ id: "old", url: null });
    await old;
    expect(form.picture?.id).toBe("new");
    expect(address.loading).toBe(false);
  });

  test("says what is wrong only of the address that stands there", async () => {
    const address = new AddressLook();
    form.typeUrl("https://example.com/a.png");
    const looking = address.look();
    form.typeUrl("https://example.com/ab.png");
    shell.asked[0]?.refuse(failure("pictureNotFound", { field: "picture" }));
    await looking;
    expect(form.failures.url).toBeUndefined();
    const again = address.look();
    shell.asked[1]?.refuse(failure("pictureNotFound", { field: "picture" }));
    await again;
    expect(form.failures.url?.code).toBe("pictureNotFound");
  });
});

describe("signing out", () => {
  test("asks about what was not sent", async () => {
    const out = new SignOut();
    const running = out.run(false);
    expect(out.busy).toBe(true);
    shell.asked[0]?.refuse(failure("unsentEdits", { count: 3 }));
    await running;
    expect(out).toMatchObject({ busy: false, unsent: 3, failure: null });
  });

  test("says a sign-in that is left in the keyring where the sign-in page can show it", async () => {
    const out = new SignOut();
    const running = out.run(true);
    shell.asked[0]?.refuse(failure("tokenLeft"));
    await running;
    expect(out.failure).toBeNull();
    expect(failures.all.map(({ error }) => error.code)).toEqual(["tokenLeft"]);
  });
});

describe("what the form says about saving", () => {
  test("comes with the reason", () => {
    expect(saveLine("notSent", sync({ state: "waitingForNetwork", error: failure("network") }), 0)).toEqual(["Not sent yet", "No connection"]);
    expect(saveLine("notSent", sync({ state: "waitingForNetwork", error: failure("tls") }), 2)).toEqual([
      "Not sent yet",
      "The certificate of the server is not trusted, so Lapel does not talk to it.",
      "2 changes not saved",
    ]);
    expect(saveLine("notSent", sync({ state: "waitingForNetwork", error: failure("redirected") }), 0)).toEqual([
      "Not sent yet",
      "The server sends Lapel to another address. Lapel does not go there.",
    ]);
    expect(saveLine("notSent", sync({ state: "signedOut" }), 0)).toEqual(["Not sent yet", "Sign in to go on"]);
    expect(saveLine("saved", sync({ error: failure("network") }), 0)).toEqual(["Saved"]);
    expect(saveLine("none", sync(), 0)).toEqual([]);
  });

  test("leads to the card above where that has the reason", () => {
    const all = ["none", "saving", "saved", "notSent", "refused", "needsPerson", "conflict"] as const;
    expect(all.filter(isAboutUnsent)).toEqual(["refused", "needsPerson", "conflict"]);
  });
});
