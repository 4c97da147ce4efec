// Failures that have no place of their own on the page. Each belongs to what was attempted, and only a later attempt at
// the same thing, or the person, takes it away.

import { asAppError } from "../host/failure";
import type { AppError, ProfileField } from "../host/types";

/** What can fail without a place of its own. */
export type Attempt =
  | "start" | "painted" | "refresh" | "keyring" | "preferences" | "draft" | `edit ${ProfileField | "all"}` | "upload" | "signOut" | "account" | "close" | "drag";

/** A failure with the way to try again. */
export interface Failure {
  of: Attempt;
  error: AppError;
  again: (() => Promise<unknown>) | null;
}

class Failures {
  /** The failures, the oldest first. */
  all = $state.raw<readonly Failure[]>([]);

  /** Runs something and shows its failure; whether it worked. */
  async attempt(of: Attempt, run: () => Promise<unknown>): Promise<boolean> {
    try {
      await run();
      this.close(of);
      return true;
    } catch (caught) {
      this.show(of, asAppError(caught), () => this.attempt(of, run));
      return false;
    }
  }

  /** Shows a failure; what the person cancelled is none. */
  show(of: Attempt, error: AppError, again: Failure["again"] = null): void {
    this.close(of);
    if (error.code !== "cancelled") this.all = [...this.all, { of, error, again }];
  }

  /** Takes a failure away. */
  close(of: Attempt): void {
    this.all = this.all.filter((failure) => failure.of !== of);
  }

  /** Another account is on the page: nothing of the last one stays but what is true beyond it. */
  leaveAccount(): void {
    this.all = this.all.filter(({ error }) => error.code === "tokenLeft");
  }
}

/** The failures of the page. */
export const failures = new Failures();
