// When the sign-in dialog is open, and when a sign-in form asks for a two-factor code.

import { expect, describe, test, vi } from "vitest";

import { SignInState } from "../src/features/sign-in/state.svelte";
import { canSignInAgain, SignInDialog } from "../src/state/session.svelte";
import { host } from "./host";
import { failure, sync } from "./samples";

const dialog = new SignInDialog();

describe("the sign-in dialog after the end of a session", () => {
  test("opens once when the session ends, and on request", () => {
    expect(dialog.isOpen("expired")).toBe(true);
    dialog.postpone("expired");
    expect(dialog.isOpen("expired")).toBe(false);
    dialog.open("expired");
    expect(dialog.isOpen("expired")).toBe(true);
    dialog.postpone("expired");
    dialog.onSessionChange("signedIn", sync());
    expect(dialog.isOpen("expired")).toBe(true);
  });

  test.each(["keyringLocked", "keyringAmbiguous"] as const)("opens for %s only on request", (session) => {
    dialog.onSessionChange("signedIn", sync());
    expect(dialog.isOpen(session)).toBe(false);
    dialog.open(session);
    expect(dialog.isOpen(session)).toBe(true);
    expect(dialog.isOpen("signedIn")).toBe(false);
  });
});

describe("the sign-in dialog during a session", () => {
  const intermediary = failure("intermediary", { httpStatus: 401 });

  test("does not open automatically", () => {
    expect(canSignInAgain("signedIn")).toBe(false);
    dialog.onSessionChange("signedIn", sync({ error: intermediary, signInHelps: true }));
    expect(dialog.isOpen("signedIn")).toBe(false);
  });

  test("stays open on request until the sync succeeds, even if retries fail for other reasons", () => {
    dialog.open("signedIn");
    for (const signInHelps of [true, false, true]) {
      dialog.onSessionChange("signedIn", sync({ state: "waitingForNetwork", error: intermediary, signInHelps }));
      expect(dialog.isOpen("signedIn")).toBe(true);
    }
    dialog.onSessionChange("signedIn", sync());
    expect(dialog.isOpen("signedIn")).toBe(false);
  });

  test("closes when postponed, and opens when the session ends", () => {
    dialog.open("signedIn");
    dialog.postpone("signedIn");
    expect(dialog.isOpen("signedIn")).toBe(false);
    dialog.onSessionChange("expired", sync({ state: "signedOut" }));
    expect(dialog.isOpen("expired")).toBe(true);
  });

  test("opens again when the next session ends, even if the sync failed in between", () => {
    dialog.postpone("expired");
    dialog.onSessionChange("signedIn", sync({ error: intermediary }));
    expect(dialog.isOpen("expired")).toBe(true);
  });
});

describe("a sign-in form", () => {
  const filled = () => Object.assign(new SignInState(null), { email: "a@example.com", password: "x" });

  test("asks for the code only for that user at that server", async () => {
    host.responses["sign_in"] = () => Promise.reject(failure("twoFactorRequired"));
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
    host.responses["sign_in"] = () => null;
    expect(await form.submit()).toBe(true);
  });

  test("shows no error if the user cancelled", async () => {
    let cancelled = () => {};
    host.responses["sign_in"] = () => new Promise((_, reject) => (cancelled = () => reject(failure("cancelled"))));
    host.responses["cancel_sign_in"] = () => cancelled();
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
