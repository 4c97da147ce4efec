// The single changes of roles or tags that have failed. They stay until the user dismisses them, the same change succeeds, or a
// refresh shows that it was made after all.

import { isOutcomeUnknown } from "../../../errors/table";
import { teamRows } from "../../../host/commands";
import type { AppError, ChangeKind, TeamRow, TeamView } from "../../../host/types";
import * as m from "../../../messages";
import { DEFAULT_QUERY } from "../query";
import { singleChangeFailureText } from "./role-texts";

/** A change that has failed. */
export interface FailedChange {
  id: string;
  name: string;
  kind: ChangeKind;
  error: AppError;
  /** Whether a row is as wished. */
  isMade: (row: TeamRow) => boolean;
}

/** Why a change has failed, with the person's name. */
export const failureText = ({ name, kind, error }: Pick<FailedChange, "name" | "kind" | "error">): string =>
  m.role_not_changed({ name, error: singleChangeFailureText(kind, error) });

/** Whether the change may have been made although no response has arrived. */
const isOpen = ({ error }: FailedChange): boolean => isOutcomeUnknown(error) && error.details.problem !== "unchanged";

const isSignedOut = ({ error }: FailedChange): boolean => error.code === "signedOut";

/** The failed changes, at most one for each kind of change of a person. */
export class ChangeFailures {
  /** The failed changes, oldest first. */
  all = $state.raw<readonly FailedChange[]>([]);
  /** When each one has failed. */
  readonly #times = new WeakMap<FailedChange, number>();
  #asOf: number | null = null;
  /** When the running refresh began, as far as the snapshots show it. */
  #refreshBegan: number | null = null;

  /** All failures as one text: the only one, or their number. Empty without any. */
  get text(): string {
    const [only] = this.all;
    if (this.all.length > 1) return m.changes_failed({ count: this.all.length });
    return only ? failureText(only) : "";
  }

  /** Shows a failure in place of an earlier one of the same change. */
  show(failed: FailedChange): void {
    this.forget(failed);
    this.#times.set(failed, Date.now());
    this.all = [...this.all, failed];
  }

  /** Removes the failure of an earlier change of the same kind. */
  forget({ id, kind }: Pick<FailedChange, "id" | "kind">): void {
    this.all = this.all.filter((other) => other.id !== id || other.kind !== kind);
  }

  /** Removes those that failed only because the session had ended. Call it after the sign-in: they said to sign in. */
  forgetSignedOut(): void {
    if (this.all.some(isSignedOut)) this.all = this.all.filter((failed) => !isSignedOut(failed));
  }

  /** Removes all failures. */
  dismiss(): void {
    this.all = [];
  }

  /** Applies the team of a new snapshot. A refresh that began after a failure shows whether the change was made. */
  applyTeam(view: TeamView | null): void {
    if (!view) return;
    const began = this.#refreshBegan ?? Date.now();
    this.#refreshBegan = view.refreshing ? began : null;
    if (view.asOf === null || view.asOf === this.#asOf) return;
    this.#asOf = view.asOf;
    for (const failed of this.all.filter(isOpen)) {
      if ((this.#times.get(failed) ?? 0) <= began) void this.#lookUp(failed);
    }
  }

  async #lookUp(failed: FailedChange): Promise<void> {
    const found = await teamRows({ ...DEFAULT_QUERY, search: failed.id }, 0, 1).catch(() => null);
    const row = found?.rows.find(({ id }) => id === failed.id);
    if (!this.all.includes(failed)) return;
    if (!row || failed.isMade(row)) {
      this.forget(failed);
      return;
    }
    const { error } = failed;
    const unchanged = { ...failed, error: { ...error, details: { ...error.details, problem: "unchanged" } } };
    this.all = this.all.map((other) => (other === failed ? unchanged : other));
  }
}
