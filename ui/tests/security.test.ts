// The dialogs that change, confirm or reset a password.

import { beforeEach, describe, expect, test } from "vitest";

import { errorText } from "../src/errors/table";
import { Forgotten } from "../src/features/security/forgotten.svelte";
import { OwnData } from "../src/features/security/own-data.svelte";
import { PasswordPrompt, type PasswordTask } from "../src/features/security/password.svelte";
import { strengthOf } from "../src/features/security/strength";
import { NO_PASSWORD_TEXTS, STRENGTH_TEXTS, twoFactorText } from "../src/features/security/texts";
import { host } from "./host";
import { failure } from "./samples";

let done: PasswordTask[] = [];

beforeEach(() => {
  done = [];
  host.calls = [];
  host.responses = {};
});

describe("the dialog that asks for the password", () => {
  test("changes the password, closes, and forgets what was typed", async () => {
    const dialog = new PasswordPrompt((task) => done.push(task));
    dialog.open("change");
    dialog.current = "old one";
    await dialog.submit();
    expect(host.payloads("change_password"), "the new password is missing").toEqual([]);
    dialog.newPassword = "a new one";
    await dialog.submit();
    expect(host.payloads("change_password")).toEqual([{ request: { current: "old one", newPassword: "a new one" } }]);
    expect(dialog).toMatchObject({ task: null, current: "", newPassword: "" });
    expect(done).toEqual(["change"]);
  });

  test("stays open with the error and what was typed", async () => {
    host.failWith("change_password", failure("wrongPassword"));
    const dialog = new PasswordPrompt((task) => done.push(task));
    dialog.open("change");
    Object.assign(dialog, { current: "wrong", newPassword: "a new one" });
    await dialog.submit();
    expect(dialog).toMatchObject({ task: "change", current: "wrong", newPassword: "a new one" });
    expect(done).toEqual([]);
    expect(dialog.failure?.code).toBe("wrongPassword");
  });

  test("sends only the password to verify the email address and to remove two-factor", async () => {
    const dialog = new PasswordPrompt((task) => done.push(task));
    for (const [task, command] of [["verify", "resend_verification"], ["removeTwoFactor", "remove_two_factor"]] as const) {
      dialog.open(task);
      dialog.current = "mine";
      await dialog.submit();
      expect(host.payloads(command)).toEqual([{ request: { password: "mine" } }]);
      expect(done.at(-1)).toBe(task);
    }
  });

  test("judges the new password by its own words, too", async () => {
    expect(strengthOf("password", [])).toBe(0);
    expect(strengthOf("correct horse battery staple moss", [])).toBe(4);
    expect(strengthOf("oliviaowner", ["Olivia", "Owner"])).toBeLessThan(strengthOf("oliviaowner", []));
    const dialog = new PasswordPrompt((task) => done.push(task));
    dialog.open("change");
    dialog.newPassword = "12345678";
    await dialog.judge();
    expect(dialog.strength).toBe(0);
    expect(new Set(STRENGTH_TEXTS.map((text) => text())).size).toBe(5);
  });
});

describe("a forgotten password", () => {
  test("gets the email, then the new password", async () => {
    host.respondWith("forgot_password", { demoLink: null });
    const forgotten = new Forgotten();
    forgotten.open("https://api.example.com/v1", "owner@example.com");
    await forgotten.submit();
    expect(host.payloads("forgot_password")).toEqual([{ server: "https://api.example.com/v1", email: "owner@example.com" }]);
    expect(forgotten).toMatchObject({ step: "reset", link: "", isDemoLink: false });
    Object.assign(forgotten, { link: "https://example.com/?token=t", newPassword: "a new one" });
    await forgotten.submit();
    expect(host.payloads("reset_password")).toEqual([
      { request: { server: "https://api.example.com/v1", link: "https://example.com/?token=t", newPassword: "a new one" } },
    ]);
    expect(forgotten).toMatchObject({ step: "done", newPassword: "", link: "" });
  });

  test("of a signed-in user ends without a last step, because the session may have ended", async () => {
    let set = 0;
    const forgotten = new Forgotten(() => (set += 1));
    host.respondWith("forgot_password", { demoLink: "https://demo/?token=t" });
    forgotten.open("sandbox", "owner@example.com");
    await forgotten.submit();
    host.failWith("reset_password", failure("weakPassword"));
    forgotten.newPassword = "a new one";
    await forgotten.submit();
    expect([forgotten.shown, set]).toEqual([true, 0]);
    host.respondWith("reset_password", null);
    await forgotten.submit();
    expect([forgotten.shown, set, forgotten.newPassword]).toEqual([false, 1, ""]);
  });

  test("fills in the link of the demo, and keeps what was typed after an error", async () => {
    host.respondWith("forgot_password", { demoLink: "https://demo/?token=t" });
    const forgotten = new Forgotten();
    forgotten.open("sandbox", "owner@example.com");
    await forgotten.submit();
    expect(forgotten).toMatchObject({ step: "reset", link: "https://demo/?token=t", isDemoLink: true });
    host.failWith("reset_password", failure("weakPassword"));
    forgotten.newPassword = "short";
    await forgotten.submit();
    expect(forgotten).toMatchObject({ step: "reset", newPassword: "short" });
    expect([forgotten.failureAt("new")?.code, forgotten.failureAt("link"), forgotten.failureAt(null)]).toEqual(["weakPassword", null, null]);
  });
});

test("the card says why there are no forms, and where two-factor sign-in is turned on", () => {
  expect(new Set(Object.values(NO_PASSWORD_TEXTS).map((text) => text())).size).toBe(3);
  const security = { noPassword: null, twoFactor: false, verified: true, twoFactorPage: null };
  expect(twoFactorText(security)).toBe("Off. To turn it on, go to the service's own website.");
  expect(twoFactorText({ ...security, twoFactorPage: "https://example.com/" })).toBe("Off. You can turn it on at the service's website.");
  expect(twoFactorText({ ...security, twoFactor: true })).toContain("On.");
  expect(twoFactorText({ ...security, twoFactor: null })).toBe("Unknown");
});

describe("the own data", () => {
  test("is exported with the texts of the interface, and can be shown", async () => {
    const data = new OwnData();
    host.responses["export_data"] = () => ({ name: "data.zip", folder: "Downloads" });
    await data.export("owner@example.com", "en");
    expect(data.saved).toEqual({ name: "data.zip", folder: "Downloads" });
    const [sent] = host.payloads("export_data") as [{ texts: Record<string, string> }];
    expect(Object.values(sent.texts).every((text) => text !== "")).toBe(true);
    await data.show();
    expect(host.payloads("show_exported_data")).toHaveLength(1);
  });

  test("shows why it was not exported, until the next try", async () => {
    const data = new OwnData();
    host.responses["export_data"] = () => Promise.reject(failure("exportFailed", { problem: "full" }));
    await data.export("owner@example.com", "en");
    expect(data.failure && errorText(data.failure)).toContain("the disk is full");
    host.responses = {};
    await data.openTwoFactorPage();
    expect(data.failure).toBeNull();
  });
});
