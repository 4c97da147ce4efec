// When the sign-in dialog is open.

import { describe, expect, test } from "vitest";

import { canSignInAgain, SignInDialog } from "../src/state/session.svelte";
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
