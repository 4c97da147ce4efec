// When the sign-in dialog is open, and when a sign-in form asks for a two-factor code.

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
const { isSignInOpen, onSessionChange, canSignInAgain, postponeSignIn, openSignIn } = await import("../src/state/session.svelte");

describe("the sign-in dialog after the end of a session", () => {
  test("opens once when the session ends, and on request", () => {
    expect(isSignInOpen("expired")).toBe(true);
    postponeSignIn("expired");
    expect(isSignInOpen("expired")).toBe(false);
    openSignIn("expired");
    expect(isSignInOpen("expired")).toBe(true);
    postponeSignIn("expired");
    onSessionChange("signedIn", sync());
    expect(isSignInOpen("expired")).toBe(true);
  });

  test("opens for a locked keyring only on request", () => {
    onSessionChange("signedIn", sync());
    expect(isSignInOpen("keyringLocked")).toBe(false);
    openSignIn("keyringLocked");
    expect(isSignInOpen("keyringLocked")).toBe(true);
    expect(isSignInOpen("signedIn")).toBe(false);
  });
});

describe("the sign-in dialog during a session", () => {
  const between = failure("between", { httpStatus: 401 });

  test("does not open automatically", () => {
    expect(canSignInAgain("signedIn")).toBe(false);
    onSessionChange("signedIn", sync({ error: between, signInHelps: true }));
    expect(isSignInOpen("signedIn")).toBe(false);
  });

  test("stays open on request until the sync succeeds, even if retries fail for other reasons", () => {
    openSignIn("signedIn");
    for (const signInHelps of [true, false, true]) {
      onSessionChange("signedIn", sync({ state: "waitingForNetwork", error: between, signInHelps }));
      expect(isSignInOpen("signedIn")).toBe(true);
    }
    onSessionChange("signedIn", sync());
    expect(isSignInOpen("signedIn")).toBe(false);
  });

  test("closes when postponed, and opens when the session ends", () => {
    openSignIn("signedIn");
    postponeSignIn("signedIn");
    expect(isSignInOpen("signedIn")).toBe(false);
    onSessionChange("expired", sync({ state: "signedOut" }));
    expect(isSignInOpen("expired")).toBe(true);
  });

  test("forgets the decision about the previous end of the session, even if the sync fails", () => {
    postponeSignIn("expired");
    onSessionChange("signedIn", sync({ error: between }));
    expect(isSignInOpen("expired")).toBe(true);
  });
});

describe("a sign-in form", () => {
  const filled = () => Object.assign(new SignInState(null), { email: "a@example.com", password: "x" });

  test("asks for the code only for that user at that server", async () => {
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
    // The sign-in works without a code.
    shell.answers["sign_in"] = () => null;
    expect(await form.submit()).toBe(true);
  });

  test("shows no error if the user cancelled", async () => {
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
