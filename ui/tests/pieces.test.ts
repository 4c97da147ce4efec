// URL preview, sign-out and save status. The fake shell holds each call until the test responds to it.

import { beforeEach, describe, expect, test } from "vitest";

import { UrlPreview } from "../src/form/url-preview.svelte";
import { isAboutUnsent, saveLine } from "../src/features/profile/save-line";
import { SignOut } from "../src/features/settings/sign-out.svelte";
import { app } from "../src/state/app.svelte";
import { windowFailures } from "../src/state/failures.svelte";
import { host, settle } from "./host";
import { form, signInAgain } from "./page";
import { batchView, failure, snapshot, sync } from "./samples";

host.hold = true;

beforeEach(() => {
  signInAgain();
  windowFailures.all = [];
});

describe("a URL preview", () => {
  test("ignores a late result of an earlier URL", async () => {
    const preview = new UrlPreview(form);
    form.typeUrl("https://example.com/old.png");
    const old = preview.load();
    form.typeUrl("https://example.com/new.png");
    const now = preview.load();
    host.pending[1]?.resolve({ id: "new", url: null });
    await now;
    host.pending[0]?.resolve({ id: "old", url: null });
    await old;
    expect(form.picture?.id).toBe("new");
    expect(preview.loading).toBe(false);
  });

  test("shows an error only for the current URL", async () => {
    const preview = new UrlPreview(form);
    form.typeUrl("https://example.com/a.png");
    const looking = preview.load();
    form.typeUrl("https://example.com/ab.png");
    host.pending[0]?.reject(failure("pictureNotFound", { field: "picture" }));
    await looking;
    expect(form.failures.url).toBeUndefined();
    const again = preview.load();
    host.pending[1]?.reject(failure("pictureNotFound", { field: "picture" }));
    await again;
    expect(form.failures.url?.code).toBe("pictureNotFound");
  });

  test("without a picture is saved only if the user wants it anyway", async () => {
    form.typeUrl("https://example.com/gone.png");
    for (const answer of [false, true]) {
      host.pending = [];
      const saving = form.save();
      host.pending[0]?.reject(failure("pictureNotFound", { field: "picture" }));
      await settle();
      expect(host.pendingCommands(), "nothing is saved before the answer").toEqual(["preview_picture_url"]);
      const { question } = form.urlPreview;
      expect(question?.error.code).toBe("pictureNotFound");
      question?.answer(answer);
      await settle();
      expect(host.pendingCommands().includes("save_profile")).toBe(answer);
      if (!answer) expect(await saving).toBe(false);
    }
    expect(form.urlPreview.question).toBeNull();
  });

  test("without a picture is not saved after its field has gone, and nothing is asked there", async () => {
    form.typeUrl("https://example.com/gone.png");
    host.pending = [];
    const saving = form.save();
    form.urlPreview.withdraw();
    host.pending[0]?.reject(failure("pictureNotFound", { field: "picture" }));
    expect(await saving).toBe(false);
    expect([form.urlPreview.question, host.pendingCommands()]).toEqual([null, ["preview_picture_url"]]);
  });
});

describe("signing out", () => {
  test("asks before a role change is lost that runs, or that can be continued or undone", async () => {
    const out = new SignOut();
    app.snapshot = snapshot({ batch: batchView({ state: "over" }) });
    await out.start();
    expect([out.losesBatch, host.pendingCommands()]).toEqual([true, []]);
    void out.run(false);
    expect([out.losesBatch, host.pendingCommands()]).toEqual([false, ["sign_out"]]);
  });

  test("asks about unsent changes", async () => {
    const out = new SignOut();
    const running = out.run(false);
    expect(out.busy).toBe(true);
    host.pending[0]?.reject(failure("unsentEdits", { count: 3 }));
    await running;
    expect(out).toMatchObject({ busy: false, unsent: 3, failure: null });
  });

  test("shows a sign-in left in the keyring on the sign-in page", async () => {
    const out = new SignOut();
    const running = out.run(true);
    host.pending[0]?.reject(failure("tokenLeft"));
    await running;
    expect(out.failure).toBeNull();
    expect(windowFailures.all.map(({ error }) => error.code)).toEqual(["tokenLeft"]);
  });

  test("removes extra entries of the keyring only after the user has agreed", async () => {
    const out = new SignOut();
    const running = out.run(true);
    host.pending[0]?.reject(failure("tokenAmbiguous"));
    await running;
    expect(host.pending).toHaveLength(1);
    const agreed = windowFailures.all[0]?.retry?.();
    expect(host.pending[1]?.command).toBe("remove_surplus_entries");
    host.pending[1]?.resolve(app.snapshot.revision);
    await agreed;
    expect(windowFailures.all).toEqual([]);
  });

  test("shows any failure on the sign-in page if the user is signed out anyway", async () => {
    const out = new SignOut();
    const running = out.run(true);
    app.applySnapshot({ ...app.snapshot, account: null, session: "signedOut" });
    host.pending[0]?.reject(failure("storageFailed"));
    await running;
    expect(out.failure).toBeNull();
    expect(windowFailures.all.map(({ error }) => error.code)).toEqual(["storageFailed"]);
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
