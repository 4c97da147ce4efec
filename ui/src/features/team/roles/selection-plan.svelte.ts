// Planning a change of the selected rows.

import { planBatch, planTags } from "../../../host/commands";
import { asAppError } from "../../../host/failure";
import type { AppError, RoleKind, TagsEdit } from "../../../host/types";
import * as m from "../../../messages";
import { app } from "../../../state/app.svelte";
import type { Team } from "../team.svelte";
import { isAnyRunning } from "./batch-texts";
import { TEAM_REASON_TEXTS } from "./role-texts";

/** How many rows are selected; in a narrow list, without the number of those that the search finds. */
export const selectionCountText = ({ selected, found }: Pick<Team, "selected" | "found">, narrow: boolean): string =>
  narrow ? m.selection_count_short({ count: selected }) : m.selection_count({ count: selected, all: found });

/** A kind of role with those that the signed-in user may give. */
interface AssignableRoles {
  kind: RoleKind;
  roles: readonly string[];
}

/** Plans changes of the selected rows. */
export class SelectionPlan {
  busy = $state(false);
  failure = $state.raw<AppError | null>(null);

  constructor(private readonly team: Team) {}

  /** The roles that the signed-in user may give to others. */
  get assignable(): AssignableRoles[] {
    const rights = app.snapshot.team?.rights;
    const kinds: AssignableRoles[] = [
      { kind: "team", roles: rights?.teamRoles ?? [] },
      { kind: "user", roles: rights?.userRoles ?? [] },
    ];
    return kinds.filter(({ roles }) => roles.length > 0);
  }

  /** Why no batch can be planned at the moment; empty if one can. */
  get blockedText(): string {
    const reason = app.snapshot.team?.rights.reason ?? null;
    if (reason === null && isAnyRunning(app.snapshot)) return m.error_batchRunning();
    return reason ? TEAM_REASON_TEXTS[reason]() : "";
  }

  /** Whether the signed-in user may change tags. */
  get offersTags(): boolean {
    return app.snapshot.team?.rights.tags ?? false;
  }

  /** Asks the shell to plan a role for all selected rows. The plan arrives with the next snapshot. */
  async plan(kind: RoleKind, role: string): Promise<void> {
    await this.#plan(() => planBatch(this.team.query, kind, role));
  }

  /** Asks the shell to plan a change of the tags of all selected rows. */
  async planTags(edit: TagsEdit): Promise<void> {
    await this.#plan(() => planTags(this.team.query, edit));
  }

  async #plan(run: () => Promise<void>): Promise<void> {
    if (this.busy || this.blockedText) return;
    this.busy = true;
    this.failure = null;
    try {
      await run();
    } catch (caught) {
      this.failure = asAppError(caught);
    } finally {
      this.busy = false;
    }
  }
}
