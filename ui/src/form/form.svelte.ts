// The profile form: its unsaved input, saving, and decisions about unsent edits. It belongs to the account and not to the
// page that shows it, so that typed values survive a change of page, language or session.

import * as commands from "../host/commands";
import { asAppError } from "../host/failure";
import type { BaseValues, DraftValues, Keep, ProfileField, Snapshot } from "../host/types";
import { app } from "../state/app.svelte";
import type { AccountAction, Failures } from "../state/failures.svelte";
import {
  baseAfter, basesAfterSave, count, type Field, profileChanges, savedOf, seenConflicts, type Values,
  valuesOfEdits, withoutRole, withoutSaved,
} from "./changes";
import { type FieldState, fieldState } from "./field-state";
import { type CancelledUpload, cancelledUpload, cancelOutcome, failureTarget } from "./picture";
import { saveStatus } from "./status";
import { TypedForm } from "./typed.svelte";

/** The question whether the user really wants to give up the right to change roles. The save waits for the answer. */
interface StepDown {
  role: string;
  answer: (yes: boolean) => void;
}

/** The profile form of the shown account. */
export class ProfileForm extends TypedForm {
  readonly prefix = "profile";
  stepDown = $state.raw<StepDown | null>(null);
  /** The role of the last failed role change. The change may have succeeded if only the response was lost. */
  #failedRole: string | null = null;
  #roleFailedAt = Infinity;
  /**
   * Whether the profile was fetched since the role change failed. If it still shows the old role, the change had no
   * effect.
   */
  roleReadSinceFailure = $state(false);
  #cancelledUpload: CancelledUpload | null = null;


  readonly saved = $derived(app.snapshot.profile && savedOf(app.snapshot.profile, app.snapshot.edits));
  /** While the role cannot be changed, for example offline, a chosen role stays typed but is not counted or saved. */
  readonly #canChangeRole = $derived(app.snapshot.profile?.role.reason === null);
  readonly #different = $derived(this.#canChangeRole ? this.allDifferences : withoutRole(this.allDifferences));
  /**
   * A failed role change is reset in the form, so it does not count as a difference and has to be checked separately.
   */
  readonly #allSaved = $derived(this.savedSinceTyping && this.changedCount === 0 && !this.failures.role);
  readonly status = $derived(saveStatus(app.snapshot.edits, app.snapshot.sync, this.saveIsSlow, this.#allSaved));
  /** What became of the last save; "none" if something was typed since, or if nothing was saved since the start. */
  readonly outcome = $derived(this.savedSinceTyping ? this.status : "none");

  /** `accountFailures` shows the failures that belong to no field. */
  constructor(private readonly accountFailures: Failures<AccountAction>) {
    super(app.snapshot.draft);
  }

  override get different(): Values {
    return this.#different;
  }

  /** Updates the form for a new snapshot, for example with the picture of a cancelled upload. */
  adopt(snapshot: Snapshot): void {
    // The role change succeeded after all; only its response was lost.
    if (this.failures.role && snapshot.profile?.role.role === this.#failedRole) this.setFailure("role", null);
    this.roleReadSinceFailure = (snapshot.sync.asOf ?? 0) > this.#roleFailedAt;
    const outcome = this.#cancelledUpload && cancelOutcome(this.#cancelledUpload, snapshot);
    if (!this.#cancelledUpload || outcome === "pending") return;
    const { pictureId } = this.#cancelledUpload;
    this.#cancelledUpload = null;
    if (outcome === "arrived") this.savedSinceTyping = true;
    else if (!this.typed.picture) {
      this.type("picture", { kind: "held", id: pictureId });
      this.flushDraft();
    }
  }

  override stateOf(field: Field): FieldState {
    const edit = app.snapshot.edits.find((edit) => edit.field === field);
    return fieldState(field in this.different, edit, this.status);
  }

  protected override storeDraft(draft: DraftValues | null): Promise<boolean> {
    return this.accountFailures.attempt("draft", () => (draft ? commands.keepDraft(draft) : commands.dropDraft()));
  }

  protected override basesAfter(field: Field, before: Values): BaseValues {
    const { profile, edits } = app.snapshot;
    return profile ? baseAfter(this.bases, field, before, this.allDifferences, profile, edits) : this.bases;
  }

  override async save(): Promise<boolean> {
    if (this.saving || this.changedCount === 0) return false;
    if (this.different.picture && !(await this.urlPreview.confirm())) return false;
    const { role } = this.different;
    if (role !== undefined && this.#isStepDown(role) && !(await this.#confirmStepDown(role))) return false;
    return this.runSave(async () => {
      const values = this.different;
      return (await this.#saveProfile(withoutRole(values))) && (await this.#saveRole(values.role));
    });
  }

  async #saveProfile(values: Values): Promise<boolean> {
    if (count(values) === 0) return true;
    try {
      await commands.saveProfile(profileChanges(values, this.bases));
      this.draft.deletedBySave();
      // A failure to store the draft no longer matters, because the values are saved now.
      this.accountFailures.dismiss("draft");
      this.typed = withoutSaved(this.typed, values);
      this.bases = basesAfterSave(this.bases, values, this.typed);
      this.savedSinceTyping = true;
      this.discarded = {};
      return true;
    } catch (caught) {
      const error = asAppError(caught);
      this.setFailure(failureTarget(error, values.picture), error);
      return false;
    }
  }

  async #saveRole(role: string | undefined): Promise<boolean> {
    if (role === undefined) return true;
    try {
      await commands.changeOwnRole(role);
      this.savedSinceTyping = true;
      return true;
    } catch (caught) {
      const error = asAppError(caught);
      this.#failedRole = role;
      this.#roleFailedAt = Date.now();
      if (error.code !== "cancelled") this.setFailure("role", error);
      return false;
    } finally {
      // After a failure, too: the form shows the saved role again.
      this.typed = withoutSaved(this.typed, { role });
    }
  }

  /** Whether the role change takes away the user's own right to change roles. */
  #isStepDown(role: string): boolean {
    return app.snapshot.profile?.role.choices.some((choice) => choice.role === role && choice.stepsDown) ?? false;
  }

  async #confirmStepDown(role: string): Promise<boolean> {
    const confirmed = await new Promise<boolean>((answer) => (this.stepDown = { role, answer }));
    this.stepDown = null;
    return confirmed;
  }

  /** Resolves the conflict of a field. */
  resolve(field: ProfileField, keep: Keep): Promise<void> {
    return this.#runDecision(field, keep === "mine", () => commands.resolveEdits(seenConflicts(app.snapshot.edits, field), keep));
  }

  /** Resolves all conflicts in the same way. */
  resolveAll(keep: Keep): Promise<void> {
    return this.#runDecision("all", keep === "mine", () => commands.resolveEdits(seenConflicts(app.snapshot.edits), keep));
  }

  /** Discards an edit that has not reached the server. */
  dropEdit(field: ProfileField): Promise<void> {
    return this.#runDecision(field, false, () => commands.dropEdit(field));
  }

  /** Sends a rejected edit again, unchanged. */
  sendAgain(field: ProfileField): Promise<void> {
    return this.#runDecision(field, true, () => commands.sendAgain(field));
  }

  /**
   * Runs a decision about edits. `keepsMine`: the user's value is kept; otherwise it is discarded and can be
   * restored.
   */
  async #runDecision(field: ProfileField | "all", keepsMine: boolean, run: () => Promise<void>): Promise<void> {
    this.savedSinceTyping = keepsMine;
    const before = app.snapshot.edits.filter((edit) => (field === "all" ? edit.state === "conflict" : edit.field === field));
    const succeeded = await this.accountFailures.attempt(`edit ${field}`, run);
    if (!succeeded || keepsMine) return;
    const discarded = valuesOfEdits(before);
    for (const { field, state } of before) {
      // A typed picture stays: it exists only in the form and could not be restored.
      if (state === "conflict" && field !== "picture" && !this.#isInConflict(field)) this.#discardTyped(field, discarded);
    }
    this.offerUndo(discarded);
  }

  /** After a decision, a field is still in conflict if the server's value has changed since the user saw it. */
  #isInConflict(field: ProfileField): boolean {
    return app.snapshot.edits.some((edit) => edit.field === field && edit.state === "conflict");
  }

  /**
   * Discards the value that the user typed into a field in conflict, so that the field shows the server's value. Adds it
   * to `discarded`, so that undo restores the typed value.
   */
  #discardTyped(field: Exclude<ProfileField, "picture">, discarded: Values): void {
    const typed = this.typed[field];
    if (typed === undefined) return;
    this.type(field, undefined);
    discarded[field] = typed;
  }

  /** Cancels the upload. Its picture returns to the form as an unsaved change. */
  async cancelUpload(): Promise<void> {
    this.savedSinceTyping = false;
    this.#cancelledUpload = cancelledUpload(app.snapshot.edits.find((edit) => edit.field === "picture"), app.snapshot);
    const succeeded = await this.accountFailures.attempt("upload", commands.cancelUpload);
    if (!succeeded) this.#cancelledUpload = null;
  }
}
