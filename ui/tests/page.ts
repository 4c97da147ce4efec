// The page of a signed-in account, connected to the fake shell (host.ts). It takes the place of app/Shell.svelte.

import type { Component } from "svelte";
import { render } from "svelte/server";

import { registerGuard } from "../src/form/leaving.svelte";
import { noteRevision } from "../src/host/revisions";
import type { Snapshot } from "../src/host/types";
import { AccountState } from "../src/state/account.svelte";
import { app } from "../src/state/app.svelte";
import { host, settle } from "./host";
import InAccount from "./InAccount.svelte";
import { snapshot } from "./samples";

/** The state of the shown account. */
export let account = new AccountState();
export let { form, failures } = account;
void app.start();
await settle();
let removeGuard = registerGuard({ form });

/** Sends a new snapshot to the page. Another account gets a new state. */
export function receiveSnapshot(change: Partial<Snapshot>): void {
  host.snapshot = snapshot({ ...change, revision: Math.max(host.snapshot.revision, app.snapshot.revision) + 1 });
  const { accountGeneration } = app;
  // At once: the shell would send it as the next one.
  app.applySnapshot(host.snapshot);
  noteRevision(host.snapshot.revision);
  if (app.accountGeneration !== accountGeneration) {
    account = new AccountState();
    ({ form, failures } = account);
    removeGuard();
    removeGuard = registerGuard({ form });
  }
  form.adopt(host.snapshot);
}

/** Signs out and in again, so that nothing of an earlier test is left. */
export function signInAgain(change: Partial<Snapshot> = {}): void {
  receiveSnapshot({ account: null, session: "signedOut", profile: null });
  receiveSnapshot(change);
}

/** The HTML of a component within the account, without comments. */
export function html(component: Component<any>, props: Record<string, unknown> = {}): string {
  return render(InAccount, { props: { account, component, props } }).body.replace(/<!--.*?-->/g, "");
}
