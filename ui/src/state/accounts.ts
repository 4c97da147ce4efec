// Switching between the accounts on this computer.

import { leaveAccount, switchAccount } from "../host/commands";
import { app } from "./app.svelte";
import { windowFailures } from "./failures.svelte";

function change(command: () => Promise<void>): Promise<boolean> {
  return windowFailures.attempt("account", async () => {
    await command();
    await app.fetchSnapshot();
  });
}

/** Switches to another account. */
export const goToAccount = (id: number): Promise<boolean> => change(() => switchAccount(id));

/** Shows the sign-in page. The current account stays signed in. */
export const goToSignIn = (): Promise<boolean> => change(leaveAccount);
