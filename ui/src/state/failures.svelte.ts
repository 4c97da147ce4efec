// Failures of actions that belong to no form field. A failure is shown until the same action succeeds or the user
// closes it.

import { asAppError } from "../host/failure";
import type { AppError, ProfileField } from "../host/types";

/** An action whose failure belongs to no field. */
export type Action =
  | "start" | "painted" | "refresh" | "keyring" | "preferences" | "draft" | `edit ${ProfileField | "all"}` | "upload" | "signOut"
  | "account" | "close" | "drag";

/** A failed action. */
export interface Failure {
  action: Action;
  error: AppError;
  /** Runs the action again; null if it cannot be repeated. */
  retry: (() => Promise<unknown>) | null;
}

class Failures {
  /** All failures, oldest first. */
  all = $state.raw<readonly Failure[]>([]);

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
  show(action: Action, error: AppError, retry: Failure["retry"] = null): void {
    this.dismiss(action);
    if (error.code !== "cancelled") this.all = [...this.all, { action, error, retry }];
  }

  /** Removes the failure of an action. */
  dismiss(action: Action): void {
    this.all = this.all.filter((failure) => failure.action !== action);
  }

  /**
   * Removes the failures of the previous account. `tokenLeft` stays: the sign-in left in the keyring still exists
   * after the account was signed out.
   */
  clearForAccountChange(): void {
    this.all = this.all.filter(({ error }) => error.code === "tokenLeft");
  }
}

/** The failures of the page. */
export const failures = new Failures();
