// The page asks for each snapshot. A command resolves when the snapshot with its change has arrived.

import { expect, test } from "vitest";

import { changeRole, saveProfile } from "../src/host/commands";
import { app } from "../src/state/app.svelte";
import { host, settle } from "./host";
import { failure, snapshot } from "./samples";

/** The result of the promise, or "waits" if it is still pending after everything that is due has been handled. */
async function outcome(promise: Promise<unknown>): Promise<unknown> {
  let value: unknown = "waits";
  void promise.then((result) => (value = result));
  await settle();
  return value;
}

test("before the page asks for snapshots, a command does not wait for one", async () => {
  host.respondWith("save_profile", 7);
  expect(await outcome(saveProfile({ base: {} }))).toBeUndefined();
});

test("a command waits for the snapshot with its change or a later one", async () => {
  host.snapshot = snapshot({ revision: 3 });
  void app.start();
  host.respondWith("save_profile", 7);
  const saved = saveProfile({ base: {} });
  expect(await outcome(saved)).toBe("waits");
  host.sendSnapshot(snapshot({ revision: 6 }));
  expect(await outcome(saved)).toBe("waits");
  host.sendSnapshot(snapshot({ revision: 8 }));
  expect(await outcome(saved)).toBeUndefined();
  expect(app.snapshot.revision).toBe(8);
});

test("a command returns its result only after the snapshot with its change has arrived", async () => {
  host.respondWith("change_role", { revision: 9, value: "changed" });
  const changed = changeRole({ id: "m1", kind: "team", from: "viewer", to: "editor" });
  expect(await outcome(changed)).toBe("waits");
  host.sendSnapshot(snapshot({ revision: 9 }));
  expect(await outcome(changed)).toBe("changed");
});

test("a failed command does not wait", async () => {
  host.failWith("save_profile", failure("storageFailed"));
  await expect(saveProfile({ base: {} })).rejects.toMatchObject({ code: "storageFailed" });
});
