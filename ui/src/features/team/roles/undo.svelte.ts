// The notice about the last change of a role or of tags. It offers to undo the change and disappears after a while.

import { changeRole, changeTags } from "../../../host/commands";
import { asAppError } from "../../../host/failure";
import type { AppError, ChangeKind, ErrorCode, RoleChanged, TagsChanged, TeamView } from "../../../host/types";
import * as m from "../../../messages";
import type { Team } from "../team.svelte";
import { Countdown } from "../../../state/countdown";
import { ChangeFailures, type FailedChange, failureText } from "./change-failures.svelte";
import { roleName } from "./role-texts";
import { hasChangedTags, tagsChangedText, tagsUndoneText } from "./tag-texts";

/** How long the notice is visible. */
export const VISIBLE_MS = 10_000;

/** After these failures, another try to undo would fail in the same way. */
const NOT_RETRYABLE: readonly ErrorCode[] = ["roleMoved", "tagsMoved", "rowGone", "roleNotAllowed", "tagsNotAllowed", "teamGone"];

/** A change of tags that was made. */
type ShownTagsChange = TagsChanged & { kind: "tags"; canUndo: boolean };

const ofTags = (change: TagsChanged): ShownTagsChange => ({ ...change, kind: "tags", canUndo: hasChangedTags(change) });

function changedText(change: RoleChanged | ShownTagsChange, isUndo: boolean): string {
  if (change.kind === "tags") return (isUndo ? tagsUndoneText : tagsChangedText)(change);
  const { name, kind, from, to } = change;
  const inputs = { name, from: roleName(kind, from), to: roleName(kind, to) };
  return isUndo ? m.role_changed_back(inputs) : m.role_changed(inputs);
}

/** Makes the opposite change. */
async function undone(change: RoleChanged | ShownTagsChange): Promise<RoleChanged | ShownTagsChange> {
  if (change.kind === "tags") return ofTags(await changeTags({ id: change.id, from: change.to, to: change.from, undoes: true }));
  return changeRole({ id: change.id, kind: change.kind, from: change.to, to: change.from });
}

/** The notices about single changes: the last one with its undo, and those that failed. */
export class UndoNotice {
  /** The change that the notice shows. */
  change = $state.raw<RoleChanged | ShownTagsChange | null>(null);
  /** Whether the shown change is itself an undo. */
  isUndo = $state(false);
  busy = $state(false);
  /** Why the undo has failed. */
  failure = $state.raw<{ name: string; kind: ChangeKind; error: AppError } | null>(null);
  /** The changes that have failed. */
  readonly failures = new ChangeFailures();
  #countdown = new Countdown(() => this.dismiss());
  #organization: string | null = null;

  constructor(private readonly team: Team) {}

  /** Whether the notice is visible. */
  get open(): boolean {
    return this.change !== null || this.failure !== null;
  }

  /** Whether the notice offers to undo the change. */
  get canUndo(): boolean {
    return this.change !== null && this.change.canUndo && !this.isUndo && !this.#isNotRetryable;
  }

  get #isNotRetryable(): boolean {
    return this.failure !== null && NOT_RETRYABLE.includes(this.failure.error.code);
  }

  /** The notice's text; empty while it is not visible. */
  get text(): string {
    if (this.busy) return m.role_change_undoing();
    if (this.failure) return failureText(this.failure);
    return this.change ? changedText(this.change, this.isUndo) : "";
  }

  /** Applies the team of a new snapshot. Dismisses the notices when another team is shown. Ignores null: another page is open. */
  applyTeam(view: TeamView | null): void {
    const organization = view?.organization ?? null;
    if (organization !== null && organization !== this.#organization) {
      if (this.#organization !== null) {
        this.dismiss();
        this.failures.dismiss();
      }
      this.#organization = organization;
    }
    this.failures.applyTeam(view);
  }

  /** Shows a change. */
  show(change: RoleChanged): void {
    this.failures.forget(change);
    this.#display(change, false);
    this.#countdown.start(VISIBLE_MS);
  }

  /** Shows a change of tags. */
  showTags(change: TagsChanged): void {
    this.failures.forget(ofTags(change));
    this.#display(ofTags(change), false);
    this.#countdown.start(VISIBLE_MS);
  }

  /** Shows the failure of a change. */
  showFailure(failed: FailedChange): void {
    this.failures.show(failed);
  }

  /** Restores the previous role or tags. After most failures, the user can try again (see `NOT_RETRYABLE`). */
  async undo(): Promise<void> {
    const { change } = this;
    if (!change || !this.canUndo || this.busy) return;
    const { kind, name } = change;
    this.busy = true;
    this.failure = null;
    this.#countdown.stop();
    try {
      const restored = await undone(change);
      if (this.change === change) {
        this.#display(restored, true);
        this.#countdown.start(VISIBLE_MS);
      }
      this.team.reloadRows();
    } catch (caught) {
      // Show the failure even if the notice was dismissed: otherwise the undo would seem to have succeeded.
      if (this.change === change || this.change === null) this.failure = { name, kind, error: asAppError(caught) };
    } finally {
      this.busy = false;
    }
  }

  /** Keeps the notice visible while it has the focus or the pointer. */
  hold(reason: "focus" | "pointer"): void {
    this.#countdown.hold(reason);
  }

  /** Ends a hold. */
  release(reason: "focus" | "pointer"): void {
    this.#countdown.release(reason);
  }

  /** Hides the notice. */
  dismiss(): void {
    this.#countdown.stop();
    this.change = null;
    this.isUndo = false;
    this.failure = null;
    // Removing the focused or hovered element fires no leave event.
    this.release("focus");
    this.release("pointer");
  }

  #display(change: RoleChanged | ShownTagsChange, isUndo: boolean): void {
    this.change = change;
    this.isUndo = isUndo;
    this.failure = null;
  }
}
