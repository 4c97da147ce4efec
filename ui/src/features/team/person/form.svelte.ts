// The form for another person of the team. Unlike the profile form it never queues changes: a save is sent at once or fails.
// After a failure the typed values stay in the form and in a draft.

import { baseAfter, type Field, profileChanges, type Saved, type Values, withoutFields, withoutSaved } from "../../../form/changes";
import { failureTarget } from "../../../form/picture";
import type { SaveStatus } from "../../../form/status";
import { type FailureTarget, TypedForm } from "../../../form/typed.svelte";
import { keepPersonDraft, openPerson, savePerson } from "../../../host/commands";
import { asAppError } from "../../../host/failure";
import type { AppError, BaseValues, DraftValues, PersonView } from "../../../host/types";
import { app } from "../../../state/app.svelte";
import type { Team } from "../team.svelte";
import {
  changedBases, currentBases, displayedValues, type SaveBlocker, saveBlocker, savedOf, showsForm, withSavedValues,
} from "./view";

/** The form for one person of the team. */
export class PersonForm extends TypedForm {
  readonly prefix = "person";
  view = $state.raw() as PersonView;
  /** Whether the fields are shown. Once true it stays true, so that typed values do not disappear with the connection. */
  editable = $state(false);
  /** Whether the form was opened with a draft. */
  #openedWithDraft = $state(false);

  readonly saved: Saved = $derived(savedOf(this.view));
  readonly status: SaveStatus = $derived(this.saveIsSlow ? "saving" : this.savedSinceTyping && this.changedCount === 0 ? "saved" : "none");
  /** What prevents saving at the moment. */
  readonly blocker: SaveBlocker | null = $derived(saveBlocker(app.snapshot));
  /** Whether the form shows unsaved values from an earlier visit. */
  readonly fromDraft: boolean = $derived(this.#openedWithDraft && this.changedCount > 0);

  constructor(
    view: PersonView,
    private readonly team: Team,
  ) {
    super(view.draft);
    this.view = view;
    this.editable = showsForm(view);
    this.#openedWithDraft = view.draft !== null;
    this.#showServerChanges();
  }

  protected override storeDraft(draft: DraftValues | null): Promise<boolean> {
    // The failure is not shown while typing. `PersonDetails.leave` warns about it.
    return keepPersonDraft(this.view.row.id, draft).then(() => true, () => false);
  }

  protected override basesAfter(field: Field, before: Values): BaseValues {
    // The person's language is unknown, so it has no base.
    if (field === "language") return this.bases;
    return baseAfter(this.bases, field, before, this.allDifferences, displayedValues(this.view), []);
  }

  override type<F extends Field>(field: F, value: Values[F] | undefined): void {
    super.type(field, value);
    if (value === undefined) this.theirs = withoutFields(this.theirs, [field]);
  }

  override discard(): void {
    super.discard();
    this.#openedWithDraft = false;
  }

  override async save(): Promise<boolean> {
    if (this.saving || this.changedCount === 0 || this.blocker) return false;
    if (this.different.picture && !(await this.urlPreview.confirm())) return false;
    return this.runSave(() => this.#send(this.different));
  }

  async #send(values: Values): Promise<boolean> {
    try {
      await savePerson(this.view.row.id, profileChanges(values, this.bases));
    } catch (caught) {
      const error = asAppError(caught);
      const reread = error.code === "personMoved" && (await this.read());
      if (reread) this.#showServerChanges();
      // If the server already has all typed values, nothing is left to save and no failure is shown.
      if (!reread || this.changedCount > 0) this.setFailure(this.#failureTarget(error, values), error);
      if (error.code === "rowGone") this.team.reloadRows();
      return false;
    }
    this.view = withSavedValues(this.view, values, this.picture);
    this.typed = withoutSaved(this.typed, values);
    this.discarded = {};
    this.theirs = {};
    this.#openedWithDraft = false;
    this.savedSinceTyping = true;
    this.team.reloadRows();
    await this.read();
    // Values typed during the save are based on the saved ones.
    this.bases = currentBases(this.allDifferences, this.view);
    return true;
  }

  #failureTarget(error: AppError, values: Values): FailureTarget {
    // This failure can concern several fields. Each of them shows its own conflict.
    if (error.code === "personMoved") return "form";
    return error.code === "languageNeeded" ? "language" : failureTarget(error, values.picture);
  }

  /** Reads the person again; returns whether that succeeded. Typed values stay. */
  async read(): Promise<boolean> {
    try {
      this.view = await openPerson(this.view.row.id);
      this.editable ||= this.view.canEdit;
      return true;
    } catch {
      // Keep the current view. The next save reports the same failure.
      return false;
    }
  }

  /** Shows the values that somebody else has saved in changed fields. The next save overwrites them. */
  #showServerChanges(): void {
    const now = currentBases(this.allDifferences, this.view);
    this.theirs = { ...this.theirs, ...changedBases(now, this.bases) };
    this.bases = { ...this.bases, ...now };
  }
}
