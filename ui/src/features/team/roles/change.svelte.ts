// Changing one role, from the opened dialog to the change: what is on offer, what is chosen, what is asked once more.

import { changeRole, roleDialog } from "../../../host/commands";
import { asAppError } from "../../../host/failure";
import type { AppError, RoleDialog, RoleKind, RoleOffer, TeamRoleChoice } from "../../../host/types";
import { app } from "../../../state/app.svelte";
import { newest } from "../../../state/newest";
import { closeOver } from "../over.svelte";
import { team } from "../team.svelte";
import { undo } from "./undo.svelte";
import { changeFailure, oneChangeFailure } from "./words";

class RoleChange {
  /** Whose role; none while the dialog is closed. */
  id = $state.raw<string | null>(null);
  /** What the shell says about it; none while it is asked. */
  dialog = $state.raw<RoleDialog | null>(null);
  kind = $state.raw<RoleKind>("team");
  /** The role that is to be given; none for the present one. */
  chosen = $state.raw<string | null>(null);
  /** Whether the second question stands there. */
  asks = $state(false);
  failure = $state.raw<AppError | null>(null);
  /** Whose role is being changed; may be another one's, whose dialog was closed meanwhile. */
  #running = $state.raw<string | null>(null);
  #begin = newest();

  /** Whether this role is being changed. */
  get busy(): boolean {
    return this.#running !== null && this.#running === this.id;
  }

  /** The role that it is about. */
  get offer(): RoleOffer | null {
    return (this.kind === "user" ? this.dialog?.user : this.dialog?.team) ?? null;
  }

  /** What is known of the chosen role. */
  get choice(): TeamRoleChoice | null {
    return this.offer?.choices.find(({ role }) => role === this.chosen) ?? null;
  }

  /** What failed, in words. Before the dialog is there, nothing was sent. */
  get failureText(): string {
    if (!this.failure) return "";
    return (this.dialog ? oneChangeFailure : changeFailure)(this.kind, this.failure);
  }

  /** Whether there is no connection, without which no role is changed. */
  get offline(): boolean {
    return app.snapshot.team?.rights.reason === "offline";
  }

  /** Whether the row is no longer there, so that only closing is left. */
  get gone(): boolean {
    return this.failure?.code === "rowGone" || this.failure?.code === "teamGone";
  }

  /** Follows what is open over the team. */
  follow(id: string | null): void {
    if (id === this.id) return;
    this.id = id;
    this.dialog = null;
    this.kind = "team";
    this.chosen = null;
    this.asks = false;
    this.failure = null;
    if (id !== null) void this.load();
  }

  /** Asks what may be made of the roles. What was chosen stays so where it still can be given. */
  async load(): Promise<void> {
    const { id } = this;
    if (id === null) return;
    const isNewest = this.#begin();
    const isMine = () => isNewest() && this.id === id;
    try {
      const dialog = await roleDialog(id);
      if (isMine()) this.dialog = dialog;
    } catch (caught) {
      if (isMine()) this.failure = asAppError(caught);
    }
    if (isMine() && !this.choice) this.chosen = null;
  }

  /** Tries again what failed before anything was shown. */
  async again(): Promise<void> {
    this.failure = null;
    await this.load();
  }

  /** Which of the two roles. */
  pickKind(kind: RoleKind): void {
    if (this.busy || kind === this.kind) return;
    this.kind = kind;
    this.chosen = null;
    this.failure = null;
  }

  /** A role; the present one takes the choice back. */
  pick(role: string): void {
    if (this.busy) return;
    this.chosen = role === this.offer?.role ? null : role;
    this.failure = null;
  }

  /** "Change role": asks once more where that is called for, and makes the change. */
  async submit(): Promise<void> {
    if (!this.choice || this.busy || this.offline) return;
    if (this.choice.confirmation && !this.asks) this.asks = true;
    else await this.#change(this.choice.role);
  }

  /** Back to the choice. */
  back(): void {
    if (!this.busy) this.asks = false;
  }

  async #change(to: string): Promise<void> {
    const { id, offer, kind, dialog } = this;
    if (id === null || !offer || !dialog) return;
    this.#running = id;
    this.failure = null;
    try {
      const made = await changeRole({ id, kind, from: offer.role, to });
      undo.show(made);
      if (this.id === id) closeOver();
      team.again();
    } catch (caught) {
      await this.#failed(asAppError(caught), id, kind, dialog.name);
    } finally {
      if (this.#running === id) this.#running = null;
    }
  }

  /** Who closed the dialog meanwhile hears of a failure at the foot of the page. */
  async #failed(error: AppError, id: string, kind: RoleKind, name: string): Promise<void> {
    if (this.id !== id) return undo.fail(name, kind, error);
    this.asks = false;
    this.failure = error;
    if (error.code === "roleMoved") await this.load();
    if (error.code === "roleMoved" || error.code === "rowGone") team.again();
  }
}

/** The change of a role that the dialog is about. */
export const change = new RoleChange();
