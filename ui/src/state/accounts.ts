// Going from one account of this computer to another.

import { leaveAccount, switchAccount } from "../host/commands";
import { app } from "./app.svelte";
import { failures } from "./failures.svelte";

function go(to: () => Promise<void>): Promise<boolean> {
  return failures.attempt("account", async () => {
    await to();
    await app.renew();
  });
}

/** Shows another account. */
export const goToAccount = (id: number): Promise<boolean> => go(() => switchAccount(id));

/** Shows the sign-in page, with the present account resting. */
export const goToSignIn = (): Promise<boolean> => go(leaveAccount);
