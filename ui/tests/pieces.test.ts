// URL preview, sign-out and save status. The fake shell holds each call until the test responds to it.

import { beforeEach, describe, expect, test, vi } from "vitest";

import { UrlPreview } from "../src/form/url-preview.svelte";
import { saveLine } from "../src/features/profile/save-line";
import { saveToast } from "../src/features/profile/save-toast";
import { lostWork } from "../src/features/security/lost-work";
import { SignOut } from "../src/features/security/sign-out.svelte";
import type { UnsentWork } from "../src/host/types";
import { app } from "../src/state/app.svelte";
import { windowFailures } from "../src/state/failures.svelte";
import { host, settle } from "./host";
import { SHOWN_MS, TimedToast } from "../src/state/toast.svelte";
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

  test("of a private address is asked about, because the server may know it", async () => {
    form.typeUrl("https://192.168.1.9/a.png");
    const confirming = form.urlPreview.confirm();
    host.pending[0]?.reject(failure("invalidPictureUrl", { problem: "private" }));
    await vi.waitFor(() => expect(form.urlPreview.question?.error.details.problem).toBe("private"));
    form.urlPreview.question?.answer(true);
    expect(await confirming).toBe(true);
  });

  test("that Lapel accepts in no case is not asked about", async () => {
    form.typeUrl("javascript:alert(1)");
    const confirming = form.urlPreview.confirm();
    host.pending[0]?.reject(failure("invalidPictureUrl"));
    expect(await confirming).toBe(false);
    expect([form.urlPreview.question, form.failures.url?.code]).toEqual([null, "invalidPictureUrl"]);
  });
});

describe("signing out", () => {
  /** Signs out after the question. */
  function signOutAfterQuestion(out: SignOut): Promise<void> {
    out.question = { scope: "thisAccount", work: [], losesBatch: true };
    return out.agree();
  }

  test("asks nothing if nothing would be lost", async () => {
    const out = new SignOut();
    const starting = out.start("thisAccount");
    expect(out.busy).toBe(true);
    host.pending[0]?.resolve([]);
    await vi.waitFor(() => expect(host.pending[1]).toMatchObject({ command: "sign_out", payload: { scope: "thisAccount", discardUnsent: false } }));
    host.pending[1]?.resolve(app.snapshot.revision);
    await starting;
    expect(out).toMatchObject({ busy: false, question: null, failure: null });
  });

  test("asks before a role change is lost that runs, or that can be continued or undone", async () => {
    const out = new SignOut();
    app.snapshot = snapshot({ batch: batchView({ state: "over" }) });
    const starting = out.start("thisAccount");
    host.pending[0]?.resolve([]);
    await starting;
    expect([out.question?.losesBatch, host.pendingCommands()]).toEqual([true, ["unsent_work"]]);
    void out.agree();
    expect([out.question, host.pendingCommands()]).toEqual([null, ["unsent_work", "sign_out"]]);
  });

  const lost: UnsentWork = { account: 1, fields: ["firstName", "picture"], role: true, draftsAboutOthers: 2 };

  test("names the unsent changes, and asks again if some were added meanwhile", async () => {
    const out = new SignOut();
    for (const work of [lost, { ...lost, fields: ["lastName" as const] }]) {
      const starting = out.start("thisAccount");
      host.pending.at(-1)?.resolve([work]);
      await starting;
      expect(out.question?.work).toEqual([work]);
    }
    expect(lostWork(lost)).toBe("First name, Picture, Role; Changes to 2 people in the team");
    expect(lostWork({ ...lost, role: false, draftsAboutOthers: 0 })).toBe("First name, Picture");
    expect(lostWork({ account: 1, fields: [], role: false, draftsAboutOthers: 1 })).toBe("Changes to 1 person in the team");
  });

  test("of all accounts always asks", async () => {
    const out = new SignOut();
    const starting = out.start("allAccounts");
    host.pending[0]?.resolve([]);
    await starting;
    expect(out.question).toMatchObject({ scope: "allAccounts", work: [] });
    void out.agree();
    expect(host.pending[1]).toMatchObject({ command: "sign_out", payload: { scope: "allAccounts", discardUnsent: true } });
  });

  test("shows a sign-in left in the keyring on the sign-in page", async () => {
    const out = new SignOut();
    const running = signOutAfterQuestion(out);
    host.pending[0]?.reject(failure("tokenLeft"));
    await running;
    expect(out.failure).toBeNull();
    expect(windowFailures.all.map(({ error }) => error.code)).toEqual(["tokenLeft"]);
  });

  test("removes extra entries of the keyring only after the user has agreed", async () => {
    const out = new SignOut();
    const running = signOutAfterQuestion(out);
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
    const running = signOutAfterQuestion(out);
    app.applySnapshot({ ...app.snapshot, account: null, session: "signedOut" });
    host.pending[0]?.reject(failure("storageFailed"));
    await running;
    expect(out.failure).toBeNull();
    expect(windowFailures.all.map(({ error }) => error.code)).toEqual(["storageFailed"]);
  });
});

describe("the texts of the save bar", () => {
  test("count the unsaved changes, and what else waits for the user", () => {
    expect(saveLine(false, 1, { conflicts: 1, refused: 1 })).toEqual({ main: "1 change not saved", detail: "1 conflict to decide, 1 refused" });
    expect(saveLine(false, 2, { conflicts: 0, refused: 0 })).toEqual({ main: "2 changes not saved", detail: "" });
    expect(saveLine(false, 0, { conflicts: 2, refused: 1 })).toEqual({ main: "2 conflicts to decide", detail: "1 refused" });
  });

  test("say that a slow save is in progress", () => {
    expect(saveLine(true, 2, { conflicts: 0, refused: 0 }).main).toBe("Saving…");
  });
});

describe("the toast about a save", () => {
  test("leads to the field only if the user has to act", () => {
    const texts = (["saved", "notSent", "refused", "needsPerson", "conflict"] as const).map((outcome) => {
      const toast = saveToast(outcome, () => {});
      return [toast?.text(), toast?.action?.text()];
    });
    expect(texts).toEqual([
      ["Saved", undefined],
      ["Stored on this computer. Lapel sends it automatically.", undefined],
      ["Refused by the server", "Show"],
      ["Needs your attention", "Show"],
      ["Someone else changed this too", "Show"],
    ]);
    expect([saveToast("none", () => {}), saveToast("saving", () => {})]).toEqual([null, null]);
    app.snapshot = snapshot({ sync: sync({ state: "signedOut" }) });
    expect(saveToast("notSent", () => {})?.text()).toBe("Stored on this computer. Lapel sends it after you sign in.");
  });

  test("disappears after a while, but not while the pointer is over it", () => {
    vi.useFakeTimers();
    const toast = new TimedToast();
    toast.show({ text: () => "Saved" });
    toast.hold("pointer");
    vi.advanceTimersByTime(SHOWN_MS + 1);
    expect(toast.content?.text()).toBe("Saved");
    toast.release("pointer");
    vi.advanceTimersByTime(SHOWN_MS + 1);
    expect(toast.content).toBeNull();
    vi.useRealTimers();
  });
});
