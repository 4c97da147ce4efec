// Switching between the accounts on this computer.

import { leaveAccount, switchAccount } from "../host/commands";
import type { AccountView, Snapshot } from "../host/types";
import { windowFailures } from "./failures.svelte";

/**
 * All accounts of this computer, the active one included. Their order is that of their first sign-in, so switching does not
 * change it.
 */
export const listedAccounts = ({ account, otherAccounts }: Pick<Snapshot, "account" | "otherAccounts">): AccountView[] =>
  [...(account ? [account] : []), ...otherAccounts].sort((a, b) => a.id - b.id);

/** Switches to another account. */
export const goToAccount = (id: number): Promise<boolean> => windowFailures.attempt("account", () => switchAccount(id));

/** Shows the sign-in page. The current account stays signed in. */
export const goToSignIn = (): Promise<boolean> => windowFailures.attempt("account", leaveAccount);
