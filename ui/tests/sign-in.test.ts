// The sign-in form: the step for the two-factor code, the demo, and cancelling.

import { beforeEach, describe, expect, test, vi } from "vitest";

import { cleanCode, isWholeCode } from "../src/features/sign-in/code";
import { DEMO } from "../src/features/sign-in/servers";
import { SignInState } from "../src/features/sign-in/state.svelte";
import type { ErrorCode } from "../src/host/types";
import { boot, host } from "./host";
import { account, failure } from "./samples";

const OWN = "https://api.example.com/v1";

/** The requests that were sent. */
const requests = () => host.payloads("sign_in").map(({ request }) => request);
const failWith = (code: ErrorCode) => host.failWith("sign_in", failure(code));

/** A form that the server has asked for the code. */
async function atCode(again: Parameters<typeof account>[0] | null = null): Promise<SignInState> {
  failWith("twoFactorRequired");
  const form = new SignInState(again === null ? null : account(again));
  Object.assign(form, { email: "a@example.com", password: "x" });
  expect(await form.submit()).toBe(false);
  return form;
}

/** Types a code as the field does, and sends it if the form wants that. Returns whether it was sent. */
async function type(form: SignInState, text: string): Promise<boolean> {
  const complete = form.typeCode(text);
  if (complete) await form.submit();
  return complete;
}

describe("a two-factor code", () => {
  test("may have spaces and full-width digits", () => {
    expect(["123 456", " 123456\n", "１２３４５６"].map(cleanCode)).toEqual(["123456", "123456", "123456"]);
    expect(["", "12345", "1234567", "12345a", "123456"].filter(isWholeCode)).toEqual(["123456"]);
  });

  test("is asked for in a step of its own, without an error", async () => {
    const form = await atCode();
    expect([form.asksCode, form.problem, form.fieldToFocus]).toEqual([true, null, "code"]);
    expect(requests()).toMatchObject([{ email: "a@example.com", password: "x", twoFactorCode: null }]);
  });

  test("is sent by itself at the sixth digit, with the email and the password", async () => {
    const form = await atCode();
    expect(await type(form, "12345")).toBe(false);
    host.respondWith("sign_in", null);
    expect(await type(form, "123 456")).toBe(true);
    expect(requests()[1]).toMatchObject({ email: "a@example.com", password: "x", twoFactorCode: "123456" });
    expect([form.code, form.password, form.asksCode]).toEqual(["", "", false]);
  });

  test("that is wrong is told at its field, and not sent again by itself until it changes", async () => {
    const form = await atCode();
    failWith("twoFactorWrong");
    await type(form, "123456");
    expect(form).toMatchObject({ asksCode: true, code: "123456", fieldToFocus: "code" });
    expect(form.errorAt("code")).toMatch(/wrong or has expired/);
    expect(await type(form, "123456")).toBe(false);
    expect(await type(form, "123457")).toBe(true);
    expect(await type(form, "12345")).toBe(false);
    expect(await type(form, "123457")).toBe(true);
    expect(requests().map(({ twoFactorCode }) => twoFactorCode)).toEqual([null, "123456", "123457", "123457"]);
    // With the button it can be sent again.
    await form.submit();
    expect(requests()).toHaveLength(5);
  });

  test("that is missing is asked for again", async () => {
    const form = await atCode();
    expect(await form.submit()).toBe(false);
    expect(form.errorAt("code")).toBe("Enter the six-digit code.");
    expect(requests()).toHaveLength(1);
    await type(form, "123456");
    expect(form.errorAt("code")).toMatch(/Enter the code/);
  });

  test.each(["wrongCredentials", "network"] as const)("after the error %s the first step shows it", async (code) => {
    const form = await atCode();
    failWith(code);
    await type(form, "123456");
    expect(form).toMatchObject({ asksCode: false, code: "", email: "a@example.com", password: "x" });
    expect(form.problem?.error?.code).toBe(code);
    // The next attempt starts without the old code.
    await form.submit();
    expect(requests().at(-1).twoFactorCode).toBeNull();
  });

  test("stays while the user cancels sending it", async () => {
    const form = await atCode();
    failWith("cancelled");
    await type(form, "123456");
    expect(form).toMatchObject({ asksCode: true, code: "123456", problem: null });
  });

  test("of another account is not asked for", async () => {
    const form = await atCode();
    form.typeCode("123");
    form.useOtherAccount();
    expect(form).toMatchObject({ asksCode: false, code: "", email: "a@example.com", password: "x", firstField: "password" });
    form.email = "b@example.com";
    host.respondWith("sign_in", null);
    expect(await form.submit()).toBe(true);
    expect(requests().at(-1)).toMatchObject({ email: "b@example.com", twoFactorCode: null });
  });

  test("is asked for in the dialog, too, at the account's server", async () => {
    const form = await atCode(1);
    expect(form.asksCode).toBe(true);
    expect(form.serverText).toBe(new SignInState(account(1)).serverText);
  });
});

describe("the button of the demo", () => {
  beforeEach(() => {
    boot.servers = [{ key: OWN, kind: "other" }, { key: "sandbox", kind: "sandbox" }];
  });

  test("chooses the demo, fills it in and signs in, whatever was typed before", async () => {
    const form = new SignInState(null);
    expect([form.server, form.offersDemo]).toEqual([OWN, true]);
    Object.assign(form, { email: "a@example.com", password: "x" });
    form.switchMethod();
    let filled: unknown;
    host.responses["sign_in"] = () => ((filled = { server: form.server, email: form.email, byToken: form.byToken }), null);
    expect(await form.tryDemo()).toBe(true);
    expect(filled).toEqual({ server: "sandbox", email: DEMO.email, byToken: false });
    expect(requests()).toMatchObject([{ server: "sandbox", ...DEMO, twoFactorCode: null }]);
    form.chooseServer(OWN);
    expect(form).toMatchObject({ email: "a@example.com", password: "x" });
  });

  test("uses the demo's owner, even if another demo user was typed", async () => {
    const form = new SignInState(null);
    form.chooseServer("sandbox");
    form.email = "editor@example.com";
    form.chooseServer(OWN);
    host.respondWith("sign_in", null);
    await form.tryDemo();
    expect(requests()).toMatchObject([DEMO]);
  });

  test("is hidden while the demo is chosen in the list, and while a code is asked for", async () => {
    const form = new SignInState(null);
    form.chooseServer("sandbox");
    expect(form.offersDemo).toBe(false);
    form.chooseServer(OWN);
    Object.assign(form, { email: "a@example.com", password: "x" });
    failWith("twoFactorRequired");
    await form.submit();
    expect(form.offersDemo).toBe(false);
    boot.servers = [{ key: OWN, kind: "other" }];
    expect(new SignInState(null).offersDemo).toBe(false);
  });
});

test("a cancelled sign-in shows no error", async () => {
  let cancelled = () => {};
  host.responses["sign_in"] = () => new Promise((_, reject) => (cancelled = () => reject(failure("cancelled"))));
  host.responses["cancel_sign_in"] = () => cancelled();
  const form = Object.assign(new SignInState(null), { email: "a@example.com", password: "x" });
  const submitted = form.submit();
  await vi.waitFor(() => expect(form.busy).toBe(true));
  await form.cancel();
  expect(await submitted).toBe(false);
  expect(form.problem).toBeNull();
  expect(form.busy).toBe(false);
  expect(form.password).toBe("x");
});
