// What is typed about somebody else. It is saved at once or not at all, so it is never on its way without the person: what
// was not saved stays typed, and stays a draft.

import { baseAfter, type Field, profileChanges, type Saved, type Values, withoutFields, withoutSaved } from "../../../form/changes";
import { placeOf } from "../../../form/picture";
import type { SaveStatus } from "../../../form/status";
import { type Place, TypedForm } from "../../../form/typed.svelte";
import { keepPersonDraft, openPerson, savePerson } from "../../../host/commands";
import { asAppError } from "../../../host/failure";
import type { AppError, BaseValues, DraftValues, PersonView } from "../../../host/types";
import { app } from "../../../state/app.svelte";
import { team } from "../team.svelte";
import { basesNow, type Block, blockOf, hasForm, moved, savedOf, shownBy, withValues } from "./view";

/** The form about one person of the team. */
export class PersonForm extends TypedForm {
  readonly prefix = "person";
  view = $state.raw() as PersonView;
  /** Whether there is anything to type into. It stays once it is there: what is typed does not go with the connection. */
  editable = $state(false);
  /** Whether what is typed was there already when the person was opened. */
  #found = $state(false);
  readonly #turn = app.turn;

  readonly saved: Saved = $derived(savedOf(this.view));
  readonly status: SaveStatus = $derived(this.slow ? "saving" : this.done && this.changed === 0 ? "saved" : "none");
  /** Why nothing can be saved at the moment. */
  readonly block: Block | null = $derived(blockOf(app.snapshot));
  /** Whether some of what is typed is from an earlier time. */
  readonly fromDraft: boolean = $derived(this.#found && this.changed > 0);

  constructor(view: PersonView) {
    super();
    this.view = view;
    this.begin(view.draft);
    this.editable = hasForm(view);
    this.#found = view.draft !== null;
    this.#meet();
  }

  protected override store(draft: DraftValues | null): Promise<boolean> {
    // Another account has come meanwhile, which this is none of the business of.
    if (app.turn !== this.#turn) return Promise.resolve(false);
    // That it failed is not said while somebody types: it matters once they leave.
    return keepPersonDraft(this.view.row.id, draft).then(() => true, () => false);
  }

  protected override basesAfter(field: Field, before: Values): BaseValues {
    // What the language was is not known.
    if (field === "language") return this.bases;
    return baseAfter(this.bases, field, before, this.all, shownBy(this.view), []);
  }

  override type<F extends Field>(field: F, value: Values[F] | undefined): void {
    super.type(field, value);
    if (value === undefined) this.theirs = withoutFields(this.theirs, [field]);
  }

  override discard(): void {
    super.discard();
    this.#found = false;
  }

  override async save(): Promise<boolean> {
    if (this.saving || this.changed === 0 || this.block) return false;
    return this.whileSaving(() => this.#send(this.different));
  }

  async #send(values: Values): Promise<boolean> {
    try {
      await savePerson(this.view.row.id, profileChanges(values, this.bases));
    } catch (caught) {
      const error = asAppError(caught);
      const met = error.code === "personMoved" && (await this.read());
      if (met) this.#meet();
      // What is on the server as typed by now needs no saving, and nothing to be said.
      if (!met || this.changed > 0) this.fail(this.#placeOf(error, values), error);
      if (error.code === "rowGone") team.again();
      return false;
    }
    this.view = withValues(this.view, values, this.picture);
    this.typed = withoutSaved(this.typed, values);
    this.theirs = {};
    this.#found = false;
    this.done = true;
    team.again();
    await this.read();
    // What was typed over meanwhile starts from what was saved.
    this.bases = basesNow(this.all, this.view);
    return true;
  }

  #placeOf(error: AppError, values: Values): Place {
    // It is about all that was typed, and each field says what of it is its own.
    if (error.code === "personMoved") return "form";
    return error.code === "languageNeeded" ? "language" : placeOf(error, values.picture);
  }

  /** Reads the person again; whether that worked. What is typed stays. */
  async read(): Promise<boolean> {
    try {
      this.view = await openPerson(this.view.row.id);
      this.editable ||= this.view.canEdit;
      return true;
    } catch {
      // What was shown stays; the next save meets the same and says it.
      return false;
    }
  }

  /** Shows what somebody else has changed in the fields typed into; from here on, saving means to change it again. */
  #meet(): void {
    const now = basesNow(this.all, this.view);
    this.theirs = { ...this.theirs, ...moved(now, this.bases) };
    this.bases = { ...this.bases, ...now };
  }
}
