// The unsaved input of a form about a person. Subclasses define the saved values, where drafts are stored and how to
// save: the profile form (form.svelte.ts) and the form about a member of the team
// (features/team/person/form.svelte.ts).

import type { AppError, BaseValues, DraftValues, PictureChoice, PictureView, ProfileField } from "../host/types";
import { app } from "../state/app.svelte";
import { count, differences, type Field, onlyField, type Saved, type Values, withBase, withoutFields } from "./changes";
import { Draft } from "./draft";
import { type FieldState, fieldState } from "./field-state";
import { choiceForUrl } from "./picture";
import type { SaveStatus } from "./status";
import { UrlPreview } from "./url-preview.svelte";

/** How long a save may take before the form shows "Saving…". For a shorter save, the message would only flicker. */
const SLOW_SAVE_MS = 100;

/** Where an error is shown: at a field, at the file or URL field of the picture, or at the form. */
export type FailureTarget = Exclude<Field, "picture"> | "file" | "url" | "form";

/** A form about a person. */
export abstract class TypedForm {
  /** The prefix of the element ids of its fields. */
  abstract readonly prefix: string;
  /** The saved values that it starts from; null until they are loaded. */
  abstract readonly saved: Saved | null;
  /** The status of the saved changes. */
  abstract readonly status: SaveStatus;

  typed = $state.raw() as Values;
  failures = $state.raw<Partial<Record<FailureTarget, AppError>>>({});
  /** The server's values of fields that another person changed while the user was typing into them. */
  theirs = $state.raw<Partial<Record<ProfileField, string>>>({});
  /**
   * The values that were discarded last, to offer undo until the next save. Typing into a field removes its value here.
   */
  discarded = $state.raw<Values>({});
  /** Whether the user has asked for the field for a link to a picture. */
  showsLink = $state(false);
  /** The picture of a typed URL, once it is loaded. */
  urlPicture = $state.raw<{ url: string; picture: PictureView } | null>(null);
  readonly urlPreview = new UrlPreview(this);
  /** The base values: what the fields showed when the user began to change them (see `baseAfter`). */
  protected bases: BaseValues;
  protected saving = $state(false);
  /** Whether a save takes long enough to show that it is in progress. */
  saveIsSlow = $state(false);
  /** Whether a save has succeeded and nothing was typed since. */
  protected savedSinceTyping = $state(false);
  protected readonly draft: Draft;
  /** The picture choice that a typed URL replaced. */
  #choiceBeforeUrl: PictureChoice | undefined;

  /** The account that the form belongs to (see `app.accountGeneration`). */
  readonly #accountGeneration = app.accountGeneration;

  /** All typed values that differ from the saved ones. */
  protected readonly allDifferences = $derived.by(() => (this.saved ? differences(this.saved, this.typed) : {}));
  readonly changedCount = $derived(count(this.different));

  /** `draft`: the stored draft that the form starts with. */
  constructor(draft: DraftValues | null) {
    const { base = {}, ...typed } = draft ?? {};
    this.bases = base;
    this.typed = typed;
    this.draft = new Draft({ keep: (values) => this.#store(values), drop: () => this.#store(null) }, draft);
  }

  /** The differing values that can be saved now. */
  get different(): Values {
    return this.allDifferences;
  }

  /** Whether a save is in progress. */
  get busy(): boolean {
    return this.saving;
  }

  /** The picture that the form shows. */
  get picture(): PictureView | null {
    const choice = this.typed.picture;
    if (!choice) return this.saved?.picture ?? null;
    if (choice.kind === "removed") return null;
    if (choice.kind === "held") return { id: choice.id, url: null };
    // Until the picture of a typed URL is loaded, the saved one stays.
    return this.urlPicture?.url === choice.url.trim() ? this.urlPicture.picture : (this.saved?.picture ?? null);
  }

  /** The state of a field, to show at it. */
  stateOf(field: Field): FieldState {
    return fieldState(field in this.different, undefined, "none");
  }

  /** Saves all differences. Returns whether everything succeeded; errors are shown at their field. */
  abstract save(): Promise<boolean>;

  /** The base values after a change of `field`. `before` are the differences before the change. */
  protected abstract basesAfter(field: Field, before: Values): BaseValues;

  /** Stores the draft; null deletes it. Returns whether that succeeded. */
  protected abstract storeDraft(draft: DraftValues | null): Promise<boolean>;

  #store(draft: DraftValues | null): Promise<boolean> {
    // After an account change, the shell would store the draft in the new account.
    return app.accountGeneration === this.#accountGeneration ? this.storeDraft(draft) : Promise.resolve(false);
  }

  protected scheduleDraft(): void {
    this.draft.schedule(count(this.allDifferences) === 0 ? null : withBase(this.allDifferences, this.bases));
  }

  /** Runs a save. Values typed during the save become the draft afterwards. */
  protected async runSave(send: () => Promise<boolean>): Promise<boolean> {
    this.saving = true;
    this.failures = {};
    const slowTimer = setTimeout(() => (this.saveIsSlow = true), SLOW_SAVE_MS);
    try {
      await this.draft.cancelPending();
      return await send();
    } finally {
      clearTimeout(slowTimer);
      this.saving = false;
      this.saveIsSlow = false;
      this.scheduleDraft();
    }
  }

  /** Sets a field. Undefined restores its saved value. */
  type<F extends Field>(field: F, value: Values[F] | undefined): void {
    const before = this.allDifferences;
    const typed = { ...this.typed };
    if (value === undefined) delete typed[field];
    else typed[field] = value;
    this.typed = typed;
    this.bases = this.basesAfter(field, before);
    this.discarded = withoutFields(this.discarded, [field]);
    this.savedSinceTyping = false;
    const targets = field === "picture" ? (["file", "url"] as const) : [field as FailureTarget];
    for (const target of targets) this.setFailure(target, null);
    // These errors may be caused by any value of the form, so they no longer apply after a change.
    this.setFailure("role", null);
    this.setFailure("form", null);
    this.scheduleDraft();
  }

  /** Sets the text of "Picture URL". */
  typeUrl(text: string): void {
    const choice = this.typed.picture;
    if (choice?.kind !== "url") this.#choiceBeforeUrl = choice;
    this.type("picture", choiceForUrl(text, this.saved?.picture ?? null, this.#choiceBeforeUrl));
  }

  /** Removes the picture. Without a saved picture, this only discards the chosen one. */
  removePicture(): void {
    this.type("picture", this.saved?.picture ? { kind: "removed" } : undefined);
  }

  /** Stores the draft now, for example when a field loses the focus. Returns whether it is stored. */
  flushDraft(): Promise<boolean> {
    // Also what a failed attempt or a running save has left out. Without saved values nothing counts as changed.
    if (this.saved) this.scheduleDraft();
    return this.draft.flush();
  }

  /** Shows an error; null removes it. */
  setFailure(target: FailureTarget, error: AppError | null): void {
    const { [target]: _, ...others } = this.failures;
    this.failures = error ? { ...others, [target]: error } : others;
    // A refused picture comes after the last save: "Saved" below it would seem to be about the picture.
    if (error && (target === "file" || target === "url")) this.savedSinceTyping = false;
  }

  /** Restores the saved value of a field. What was typed can be brought back. */
  undo(field: Field): void {
    const values = onlyField(this.allDifferences, field);
    this.type(field, undefined);
    this.offerUndo(values);
  }

  /** Remembers discarded values for undo, except for fields that have another typed value now. Earlier ones are gone. */
  protected offerUndo(values: Values): void {
    this.discarded = withoutFields(values, Object.keys(this.allDifferences));
  }

  /** Puts the discarded values back into the form as unsaved changes. */
  restoreDiscarded(): void {
    const values = this.discarded;
    for (const field of Object.keys(values) as Field[]) this.type(field, values[field]);
    void this.flushDraft();
  }

  /** Restores all saved values. What was typed can be brought back. */
  discard(): void {
    const values = this.allDifferences;
    this.typed = {};
    this.bases = {};
    this.failures = {};
    this.theirs = {};
    this.savedSinceTyping = false;
    this.draft.schedule(null);
    this.offerUndo(values);
  }
}
