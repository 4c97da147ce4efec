// What is to be made of the selected rows, before it is planned.

import { planBatch } from "../../../host/commands";
import { asAppError } from "../../../host/failure";
import type { AppError, RoleKind } from "../../../host/types";
import { app } from "../../../state/app.svelte";
import { team } from "../team.svelte";
import { RIGHTS } from "./words";

function given(kind: RoleKind): readonly string[] {
  const rights = app.snapshot.team?.rights;
  return (kind === "team" ? rights?.teamRoles : rights?.userRoles) ?? [];
}

class Selection {
  #kind = $state.raw<RoleKind>("team");
  #role = $state.raw("");
  #turn = 0;
  busy = $state(false);
  failure = $state.raw<AppError | null>(null);

  /** Which roles may be changed for many. */
  get kinds(): RoleKind[] {
    const kinds: RoleKind[] = ["team", "user"];
    return kinds.filter((kind) => given(kind).length > 0);
  }

  /** The roles that may be given. */
  get given(): readonly string[] {
    return given(this.kind);
  }

  /** Follows whose page it is: what one person chose is nothing for another. */
  follow(turn: number): void {
    if (turn === this.#turn) return;
    this.#turn = turn;
    this.kind = "team";
  }

  /** Which of the two roles is meant. */
  get kind(): RoleKind {
    return this.kinds.includes(this.#kind) ? this.#kind : (this.kinds[0] ?? "team");
  }

  set kind(kind: RoleKind) {
    this.#kind = kind;
    this.#role = "";
    this.failure = null;
  }

  /** The role to give; empty before one is chosen. */
  get role(): string {
    return this.given.includes(this.#role) ? this.#role : "";
  }

  set role(role: string) {
    this.#role = role;
    this.failure = null;
  }

  /** Why nothing can be planned here and now; empty where it can. */
  get why(): string {
    const reason = app.snapshot.team?.rights.reason ?? null;
    return reason ? RIGHTS[reason]() : "";
  }

  /** Whether a plan can be asked for. */
  get ready(): boolean {
    return this.role !== "" && this.why === "" && !this.busy;
  }

  /** Plans the change; the plan comes with the state. */
  async plan(): Promise<void> {
    if (!this.ready) return;
    this.busy = true;
    this.failure = null;
    try {
      await planBatch(team.query, this.kind, this.role);
    } catch (caught) {
      this.failure = asAppError(caught);
    } finally {
      this.busy = false;
    }
  }
}

/** What is to be made of the selected rows. */
export const selection = new Selection();
