// When the sign-in stands over the page, and whom a form asks for a code.

import { expect, describe, test, vi } from "vitest";

import { failure, snapshot, sync } from "./samples";

const shell = vi.hoisted(() => ({ answers: {} as Record<string, (payload: unknown) => unknown> }));

vi.mock("@tauri-apps/api/core", () => ({
  invoke: async (command: string, payload: unknown) =>
    command === "snapshot" ? snapshot({}) : ((await shell.answers[command]?.(payload)) ?? null),
}));
vi.mock("@tauri-apps/api/event", () => ({ listen: async () => () => {} }));

vi.stubGlobal("document", { documentElement: {} });
vi.stubGlobal("window", {
  __LAPEL__: { snapshot: snapshot({}), servers: [{ key: "sandbox", kind: "sandbox" }], pictureOrigin: "", dataFolder: "", version: "", languages: [] },
});

const { SignInState } = await import("../src/features/sign-in/state.svelte");
const { asksSignIn, heedSession, maySignIn, signInLater, signInNow } = await import("../src/state/session.svelte");

describe("the sign-in over the page", () => {
  test("comes once when the session ends, and when it is asked for", () => {
    expect(asksSignIn("expired")).toBe(true);
    signInLater("expired");
    expect(asksSignIn("expired")).toBe(false);
    signInNow("expired");
    expect(asksSignIn("expired")).toBe(true);
    signInLater("expired");
    heedSession("signedIn", sync());
    expect(asksSignIn("expired")).toBe(true);
  });

  test("comes for a locked keyring only when it is asked for", () => {
    heedSession("signedIn", sync());
    expect(asksSignIn("keyringLocked")).toBe(false);
    signInNow("keyringLocked");
    expect(asksSignIn("keyringLocked")).toBe(true);
    expect(asksSignIn("signedIn")).toBe(false);
  });
});

describe("the sign-in over a session that lives", () => {
  const between = failure("between", { httpStatus: 401 });

  test("is none of those that only a session that is over needs", () => {
    expect(maySignIn("signedIn")).toBe(false);
    heedSession("signedIn", sync({ error: between, signInHelps: true }));
    expect(asksSignIn("signedIn")).toBe(false);
  });

  test("stays once it is asked for, whatever a try in between says, until nothing fails any more", () => {
    signInNow("signedIn");
    for (const signInHelps of [true, false, true]) {
      heedSession("signedIn", sync({ state: "waitingForNetwork", error: between, signInHelps }));
      expect(asksSignIn("signedIn")).toBe(true);
    }
    heedSession("signedIn", sync());
    expect(asksSignIn("signedIn")).toBe(false);
  });

  test("goes when it is put off, and is there when the session ends", () => {
    signInNow("signedIn");
    signInLater("signedIn");
    expect(asksSignIn("signedIn")).toBe(false);
    heedSession("expired", sync({ state: "signedOut" }));
    expect(asksSignIn("expired")).toBe(true);
  });

  test("forgets what was decided about the end of the last one, although something fails", () => {
    signInLater("expired");
    heedSession("signedIn", sync({ error: between }));
    expect(asksSignIn("expired")).toBe(true);
  });
});

describe("a sign-in form", () => {
  const filled = () => Object.assign(new SignInState(null), { email: "a@example.com", password: "x" });

  test("asks only that person at that server for the code", async () => {
    shell.answers["sign_in"] = () => Promise.reject(failure("twoFactorRequired"));
    const form = filled();
    await form.submit();
    expect(form.asksCode).toBe(true);
    form.email = "b@example.com";
    expect(form.asksCode).toBe(false);
    form.email = "a@example.com";
    expect(form.asksCode).toBe(true);
    form.chooseServer("");
    form.address = "https://api.example.com/v1";
    expect(form.asksCode).toBe(false);
    // And nothing is missing for somebody who has no code.
    shell.answers["sign_in"] = () => null;
    expect(await form.submit()).toBe(true);
  });

  test("says nothing of what the person cancelled", async () => {
    let cancelled = () => {};
    shell.answers["sign_in"] = () => new Promise((_, reject) => (cancelled = () => reject(failure("cancelled"))));
    shell.answers["cancel_sign_in"] = () => cancelled();
    const form = filled();
    const submitted = form.submit();
    await vi.waitFor(() => expect(form.busy).toBe(true));
    await form.cancel();
    expect(await submitted).toBe(false);
    expect(form.problem).toBeNull();
    expect(form.busy).toBe(false);
    expect(form.password).toBe("x");
  });
});
