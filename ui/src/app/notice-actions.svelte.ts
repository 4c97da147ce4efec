// The notices of the account that is shown, and what their buttons do.

import { removeSurplusEntries, retryKeyring } from "../host/commands";
import * as m from "../messages";
import type { AccountState } from "../state/account.svelte";
import { app } from "../state/app.svelte";
import type { Text } from "../text/words";
import { type Notice, notices, type NoticeAction } from "./notices";

/** Whether the user closed the notice about the token in memory. It is shown again at the next start. */
let memoryClosed = $state(false);

/** The names of the buttons. */
export const ACTION_NAMES: Record<NoticeAction, Text> = {
  signIn: m.sign_in,
  signInAgain: m.sign_in_again_title,
  unlock: m.unlock,
  removeSurplus: m.remove_surplus,
  retryKeyring: m.try_again,
  close: m.close,
};

/** The notices to show now, the most important one first. */
export const shownNotices = (): Notice[] => notices(app.snapshot, app.boot.dataFolder, memoryClosed);

/** Does what a button of a notice says. */
export function act({ failures, signInDialog }: AccountState, action: NoticeAction): void {
  switch (action) {
    case "signIn":
    case "signInAgain":
      return signInDialog.open(app.snapshot.session);
    case "unlock":
    case "retryKeyring":
      return void failures.attempt("keyring", retryKeyring);
    case "removeSurplus":
      return void failures.attempt("keyring", removeSurplusEntries);
    case "close":
      memoryClosed = true;
  }
}
