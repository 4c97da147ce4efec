// The role that the user wants to give to the selected rows, until the shell has planned a batch.

import { planBatch } from "../../../host/commands";
import { asAppError } from "../../../host/failure";
import type { AppError, RoleKind } from "../../../host/types";
import * as m from "../../../paraglide/messages";
import { app } from "../../../state/app.svelte";
import type { Team } from "../team.svelte";
import { isAnyRunning } from "./batch-texts";
import { TEAM_REASON_TEXTS } from "./role-texts";

function assignableRoles(kind: RoleKind): readonly string[] {
  const rights = app.snapshot.team?.rights;
  return (kind === "team" ? rights?.teamRoles : rights?.userRoles) ?? [];
}

/** The planned change of the selected rows. */
export class SelectionPlan {
  #kind = $state.raw<RoleKind>("team");
  #role = $state.raw("");
  busy = $state(false);
  failure = $state.raw<AppError | null>(null);

  constructor(private readonly team: Team) {}

  /** The kinds of roles that the signed-in user may change. */
  get kinds(): RoleKind[] {
    const kinds: RoleKind[] = ["team", "user"];
    return kinds.filter((kind) => assignableRoles(kind).length > 0);
  }

  /** The roles of the selected kind that can be given. */
  get roles(): readonly string[] {
    return assignableRoles(this.kind);
  }

  /** Which of the two roles is changed. */
  get kind(): RoleKind {
    return this.kinds.includes(this.#kind) ? this.#kind : (this.kinds[0] ?? "team");
  }

  set kind(kind: RoleKind) {
    this.#kind = kind;
    this.#role = "";
    this.failure = null;
  }

  /** The role to give; empty until one is selected. */
  get role(): string {
    return this.roles.includes(this.#role) ? this.#role : "";
  }

  set role(role: string) {
    this.#role = role;
    this.failure = null;
  }

  /** Why no batch can be planned at the moment; empty if one can. */
  get blockedText(): string {
    const reason = app.snapshot.team?.rights.reason ?? null;
    if (reason === null && isAnyRunning(app.snapshot)) return m.error_batchRunning();
    return reason ? TEAM_REASON_TEXTS[reason]() : "";
  }

  /** Whether a batch can be planned now. */
  get canPlan(): boolean {
    return this.role !== "" && this.blockedText === "" && !this.busy;
  }

  /** Asks the shell to plan the batch. The plan arrives with the next snapshot. */
  async plan(): Promise<void> {
    if (!this.canPlan) return;
    this.busy = true;
    this.failure = null;
    try {
      await planBatch(this.team.query, this.kind, this.role);
    } catch (caught) {
      this.failure = asAppError(caught);
    } finally {
      this.busy = false;
    }
  }
}
