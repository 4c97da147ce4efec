// Failures of actions that belong to no form field. A failure is shown until the same action succeeds or the user
// closes it. Failures of an account disappear with its state (account.svelte.ts); those of the window stay.

import { asAppError } from "../host/failure";
import type { AppError, ProfileField, StorageState } from "../host/types";

/** An action of the signed-in account. */
export type AccountAction = "refresh" | "keyring" | "draft" | `edit ${ProfileField | "all"}` | "upload";

/** An action that concerns the window, or whose failure has to be shown after the account has changed. */
type WindowAction = "start" | "language" | "painted" | "preferences" | "signOut" | "account" | "close" | "drag";

/** A failed action. */
interface Failure<Action extends string> {
  action: Action;
  error: AppError;
  /** Runs the action again; null if it cannot be repeated. */
  retry: (() => Promise<unknown>) | null;
}

/** The failures to show, at most one for each action. */
export class Failures<Action extends string> {
  /** All failures, oldest first. */
  all = $state.raw<readonly Failure<Action>[]>([]);

  /**
   * The failures to show now. If the storage is unavailable, a notice already says that nothing can be saved, and why.
   */
  shown(storage: StorageState): readonly Failure<Action>[] {
    return this.all.filter(({ error }) => error.code !== "savingDisabled" || storage === "sound");
  }

  /** Runs an action and shows its failure. Returns whether it succeeded. */
  async attempt(action: Action, run: () => Promise<unknown>): Promise<boolean> {
    try {
      await run();
      this.dismiss(action);
      return true;
    } catch (caught) {
      this.show(action, asAppError(caught), () => this.attempt(action, run));
      return false;
    }
  }

  /** Shows a failure, unless the user cancelled the action. */
  show(action: Action, error: AppError, retry: Failure<Action>["retry"] = null): void {
    this.dismiss(action);
    if (error.code !== "cancelled") this.all = [...this.all, { action, error, retry }];
  }

  /** Removes the failure of an action. */
  dismiss(action: Action): void {
    this.all = this.all.filter((failure) => failure.action !== action);
  }
}

/** The failures of the window. */
export const windowFailures = new Failures<WindowAction>();
