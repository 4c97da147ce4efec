// Changing one role of one person: the menu of roles, the question before a critical change, and the changes in flight.

import { changeRole, roleDialog } from "../../../host/commands";
import { asAppError } from "../../../host/failure";
import type { AppError, RoleDialog, RoleKind, RoleOffer, TeamRoleChoice } from "../../../host/types";
import { app } from "../../../state/app.svelte";
import { staleGuard } from "../../../state/stale-guard";
import { isAbsent } from "../absent";
import type { Team } from "../team.svelte";
import { TEAM_REASON_TEXTS } from "./role-texts";
import type { UndoNotice } from "./undo.svelte";

/** The menu of the roles that may be given to a row. */
interface RoleMenu {
  id: string;
  kind: RoleKind;
  /** The button that opened the menu. */
  anchor: HTMLElement;
}

/** A chosen change. */
interface Choice {
  dialog: RoleDialog;
  kind: RoleKind;
  offer: RoleOffer;
  choice: TeamRoleChoice;
}

/** A change that is not answered yet. */
interface PendingChange {
  id: string;
  kind: RoleKind;
  to: string;
}

/** The offer of one kind of role. */
export const offerOf = (dialog: RoleDialog, kind: RoleKind): RoleOffer | null => (kind === "user" ? dialog.user : dialog.team);

/** Changes of single roles. */
export class RoleChange {
  /** The open menu. */
  menu = $state.raw<RoleMenu | null>(null);
  /** The person's roles and the possible changes; null while they load. */
  dialog = $state.raw<RoleDialog | null>(null);
  /** The change that needs a confirmation. */
  question = $state.raw<Choice | null>(null);
  /** Why the roles could not be read. */
  failure = $state.raw<AppError | null>(null);
  #pending = $state.raw<readonly PendingChange[]>([]);
  readonly #loadGuard = staleGuard();

  constructor(
    private readonly team: Team,
    private readonly undoNotice: UndoNotice,
  ) {}

  /** The role that a row is about to get; null if no change of it is in flight. */
  pendingRole(id: string, kind: RoleKind): string | null {
    return this.#pending.find((change) => change.id === id && change.kind === kind)?.to ?? null;
  }

  /** Why no role can be changed at the moment; empty if they can. */
  get blockedText(): string {
    const reason = app.snapshot.team?.rights.reason ?? null;
    return isAbsent(reason) ? TEAM_REASON_TEXTS[reason]() : "";
  }

  /** Opens the menu of a row at the button that was pressed. */
  async openMenu(id: string, kind: RoleKind, anchor: HTMLElement): Promise<void> {
    if (this.pendingRole(id, kind) !== null) return;
    const isNewest = this.#loadGuard();
    this.menu = { id, kind, anchor };
    this.dialog = null;
    this.failure = null;
    try {
      const dialog = await roleDialog(id);
      if (isNewest()) this.dialog = dialog;
    } catch (caught) {
      if (isNewest()) this.failure = asAppError(caught);
    }
  }

  /** Closes the menu. */
  closeMenu(): void {
    this.#loadGuard();
    this.menu = null;
  }

  /** Gives the role, after a question if it cannot be taken back or makes somebody an admin. */
  choose(role: string): void {
    const { menu, dialog } = this;
    const offer = menu && dialog && offerOf(dialog, menu.kind);
    const choice = offer?.choices.find((choice) => choice.role === role);
    this.closeMenu();
    if (!menu || !dialog || !offer || !choice || this.blockedText) return;
    const chosen = { dialog, kind: menu.kind, offer, choice };
    if (choice.confirmation !== null || !choice.canUndo) this.question = chosen;
    else void this.#change(chosen);
  }

  /** Answers the question. */
  answer(yes: boolean): void {
    const { question } = this;
    this.question = null;
    if (yes && question) void this.#change(question);
  }

  async #change({ dialog, kind, offer, choice }: Choice): Promise<void> {
    const change: PendingChange = { id: dialog.id, kind, to: choice.role };
    if (this.pendingRole(change.id, kind) !== null) return;
    this.#pending = [...this.#pending, change];
    try {
      this.undoNotice.show(await changeRole({ ...change, from: offer.role }));
    } catch (caught) {
      this.undoNotice.showFailure({ id: dialog.id, name: dialog.name, kind, error: asAppError(caught), isMade: (row) => (kind === "team" ? row.teamRole : row.userRole) === choice.role });
    } finally {
      this.#pending = this.#pending.filter((other) => other !== change);
      this.team.reloadRows();
    }
  }
}
