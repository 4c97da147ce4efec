// The state of the dialog that changes one role of one person.

import { changeRole, roleDialog } from "../../../host/commands";
import { asAppError } from "../../../host/failure";
import type { AppError, RoleDialog, RoleKind, RoleOffer, TeamRoleChoice } from "../../../host/types";
import { app } from "../../../state/app.svelte";
import { staleGuard } from "../../../state/stale-guard";
import type { OverlayState } from "../overlay.svelte";
import type { Team } from "../team.svelte";
import { changeFailureText, singleChangeFailureText } from "./role-texts";
import type { UndoNotice } from "./undo.svelte";

/** The state of the role dialog. */
export class RoleChange {
  /** Id of the row; null while the dialog is closed. */
  id = $state.raw<string | null>(null);
  /** The person's roles and the possible changes; null while they load. */
  dialog = $state.raw<RoleDialog | null>(null);
  kind = $state.raw<RoleKind>("team");
  /** The selected new role; null while the current role is selected. */
  selectedRole = $state.raw<string | null>(null);
  /** Whether the confirmation is shown. */
  confirming = $state(false);
  failure = $state.raw<AppError | null>(null);
  /** Id of the row whose change is in flight. It differs from `id` if its dialog was closed before the response. */
  #changingId = $state.raw<string | null>(null);
  #loadGuard = staleGuard();

  constructor(
    private readonly team: Team,
    private readonly overlay: OverlayState,
    private readonly undoNotice: UndoNotice,
  ) {}

  /** Whether a change of the row in the dialog is in flight. */
  get busy(): boolean {
    return this.#changingId !== null && this.#changingId === this.id;
  }

  /** The current role of the selected kind and the roles that can replace it. */
  get offer(): RoleOffer | null {
    return (this.kind === "user" ? this.dialog?.user : this.dialog?.team) ?? null;
  }

  /** Details of the selected new role. */
  get choice(): TeamRoleChoice | null {
    return this.offer?.choices.find(({ role }) => role === this.selectedRole) ?? null;
  }

  /** The failure's text. While the dialog has not loaded, no change can have been sent. */
  get failureText(): string {
    if (!this.failure) return "";
    return (this.dialog ? singleChangeFailureText : changeFailureText)(this.kind, this.failure);
  }

  /** Whether there is no connection. Roles cannot be changed then. */
  get offline(): boolean {
    return app.snapshot.team?.rights.reason === "offline";
  }

  /** Whether the row or the team no longer exists. The dialog can only be closed then. */
  get gone(): boolean {
    return this.failure?.code === "rowGone" || this.failure?.code === "teamGone";
  }

  /** Opens the dialog for a row; null closes it. */
  setRow(id: string | null): void {
    if (id === this.id) return;
    this.id = id;
    this.dialog = null;
    this.kind = "team";
    this.selectedRole = null;
    this.confirming = false;
    this.failure = null;
    if (id !== null) void this.load();
  }

  /** Loads the possible changes. The selected role stays selected if it is still possible. */
  async load(): Promise<void> {
    const { id } = this;
    if (id === null) return;
    const isNewest = this.#loadGuard();
    const isCurrent = () => isNewest() && this.id === id;
    try {
      const dialog = await roleDialog(id);
      if (isCurrent()) this.dialog = dialog;
    } catch (caught) {
      if (isCurrent()) this.failure = asAppError(caught);
    }
    if (isCurrent() && !this.choice) this.selectedRole = null;
  }

  /** Loads again after a failure. */
  async retryLoad(): Promise<void> {
    this.failure = null;
    await this.load();
  }

  /** Selects which of the two roles to change. */
  selectKind(kind: RoleKind): void {
    if (this.busy || kind === this.kind) return;
    this.kind = kind;
    this.selectedRole = null;
    this.failure = null;
  }

  /** Selects a role; the current role means no change. */
  selectRole(role: string): void {
    if (this.busy) return;
    this.selectedRole = role === this.offer?.role ? null : role;
    this.failure = null;
  }

  /** Makes the change, after a confirmation if it needs one. */
  async submit(): Promise<void> {
    if (!this.choice || this.busy || this.offline) return;
    if (this.choice.confirmation && !this.confirming) this.confirming = true;
    else await this.#change(this.choice.role);
  }

  /** Closes the confirmation. */
  back(): void {
    if (!this.busy) this.confirming = false;
  }

  async #change(to: string): Promise<void> {
    const { id, offer, kind, dialog } = this;
    if (id === null || !offer || !dialog) return;
    this.#changingId = id;
    this.failure = null;
    try {
      const made = await changeRole({ id, kind, from: offer.role, to });
      this.undoNotice.show(made);
      if (this.id === id) this.overlay.close();
      this.team.reloadRows();
    } catch (caught) {
      await this.#onFailure(asAppError(caught), id, kind, dialog.name);
    } finally {
      if (this.#changingId === id) this.#changingId = null;
    }
  }

  /** Shows a failure in the dialog, or in the footer if the dialog has been closed. */
  async #onFailure(error: AppError, id: string, kind: RoleKind, name: string): Promise<void> {
    if (this.id !== id) return this.undoNotice.showFailure(name, kind, error);
    this.confirming = false;
    this.failure = error;
    if (error.code === "roleMoved") await this.load();
    if (error.code === "roleMoved" || error.code === "rowGone") this.team.reloadRows();
  }
}
