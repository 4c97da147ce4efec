// Switching between the accounts on this computer.

import { leaveAccount, switchAccount } from "../host/commands";
import { windowFailures } from "./failures.svelte";

/** Switches to another account. */
export const goToAccount = (id: number): Promise<boolean> => windowFailures.attempt("account", () => switchAccount(id));

/** Shows the sign-in page. The current account stays signed in. */
export const goToSignIn = (): Promise<boolean> => windowFailures.attempt("account", leaveAccount);
