// What is typed into a form about a person, whoever that is, until it is saved. Where it starts from, where its drafts go
// and how it is saved is up to the form.

import type { AppError, BaseValues, DraftValues, PictureChoice, PictureView, ProfileField } from "../host/types";
import { count, differences, type Field, type Saved, type Values, withBase } from "./changes";
import { Draft } from "./draft";
import { choiceForUrl } from "./picture";
import type { SaveStatus } from "./status";

/** How long a save may take before anything is said of it: what has come and gone by then, nobody could read. */
const PATIENCE_MS = 100;

/** Where failures are said: at a field, at one of the two ways to a picture, or at the form. */
export type Place = Exclude<Field, "picture"> | "file" | "url" | "form";

/** A form about a person. */
export abstract class TypedForm {
  /** What the ids of its fields begin with. */
  abstract readonly prefix: string;
  /** The saved values that it starts from, once they are known. */
  abstract readonly saved: Saved | null;
  /** Where what was saved is on its way. */
  abstract readonly status: SaveStatus;

  typed = $state.raw<Values>({});
  failures = $state.raw<Partial<Record<Place, AppError>>>({});
  /** What the server has by now in fields that somebody else changed while they were typed into. */
  theirs = $state.raw<Partial<Record<ProfileField, string>>>({});
  /** The picture behind a typed address, once it was loaded. */
  loaded = $state.raw<{ url: string; picture: PictureView } | null>(null);
  /** What the fields showed when the person began to type into them. */
  protected bases: BaseValues = {};
  protected saving = $state(false);
  /** Whether a save takes so long that it is worth a word. */
  slow = $state(false);
  /** Whether a save has worked and nothing was typed since. */
  protected done = $state(false);
  protected draft = this.#newDraft(null);
  #beforeUrl: PictureChoice | undefined;

  /** All that differs. */
  protected readonly all = $derived.by(() => (this.saved ? differences(this.saved, this.typed) : {}));
  readonly changed = $derived(count(this.different));

  /** What differs and can be saved now. */
  get different(): Values {
    return this.all;
  }

  /** Whether a save is on its way. */
  get busy(): boolean {
    return this.saving;
  }

  /** The picture that the form shows now. */
  get picture(): PictureView | null {
    const choice = this.typed.picture;
    if (!choice) return this.saved?.picture ?? null;
    if (choice.kind === "removed") return null;
    if (choice.kind === "held") return { id: choice.id, url: null };
    return this.loaded?.url === choice.url.trim() ? this.loaded.picture : null;
  }

  /** Saves everything that differs; whether all of it worked. What did not work is said at its place. */
  abstract save(): Promise<boolean>;

  /** The bases after a field was typed into, when `before` was all that differed. */
  protected abstract basesAfter(field: Field, before: Values): BaseValues;

  /** Keeps a draft, or forgets the one there is; whether that worked. */
  protected abstract store(draft: DraftValues | null): Promise<boolean>;

  /** Starts over from a draft. */
  protected begin(draft: DraftValues | null): void {
    const { base = {}, ...typed } = draft ?? {};
    this.bases = base;
    this.typed = typed;
    this.failures = {};
    this.done = false;
    this.draft = this.#newDraft(draft);
  }

  #newDraft(stored: DraftValues | null): Draft {
    return new Draft({ keep: (draft) => this.store(draft), drop: () => this.store(null) }, stored);
  }

  protected keepDraft(): void {
    this.draft.want(count(this.all) === 0 ? null : withBase(this.all, this.bases));
  }

  /** Saves by `send`, one save at a time. What was typed meanwhile is a draft after it. */
  protected async whileSaving(send: () => Promise<boolean>): Promise<boolean> {
    this.saving = true;
    this.failures = {};
    const drags = setTimeout(() => (this.slow = true), PATIENCE_MS);
    try {
      await this.draft.settle();
      return await send();
    } finally {
      clearTimeout(drags);
      this.saving = false;
      this.slow = false;
      this.keepDraft();
    }
  }

  /** Takes in what was typed into a field; undefined goes back to the saved value. */
  type<F extends Field>(field: F, value: Values[F] | undefined): void {
    const before = this.all;
    const typed = { ...this.typed };
    if (value === undefined) delete typed[field];
    else typed[field] = value;
    this.typed = typed;
    this.bases = this.basesAfter(field, before);
    this.done = false;
    // The role was refused for what the form held then.
    for (const place of field === "picture" ? (["file", "url"] as const) : [field as Place]) this.fail(place, null);
    this.fail("role", null);
    this.fail("form", null);
    this.keepDraft();
  }

  /** Takes in what was typed into "Picture URL". */
  typeUrl(text: string): void {
    const now = this.typed.picture;
    if (now?.kind !== "url") this.#beforeUrl = now;
    this.type("picture", choiceForUrl(text, this.saved?.picture ?? null, this.#beforeUrl));
  }

  /** Takes the picture away. Nothing saved means that taking the new one away is no change at all. */
  removePicture(): void {
    this.type("picture", this.saved?.picture ? { kind: "removed" } : undefined);
  }

  /** Keeps the draft now, when a field is left; whether what is typed is kept. */
  leaveField(): Promise<boolean> {
    return this.draft.flush();
  }

  /** Says what is wrong at a place, or that nothing is. */
  fail(where: Place, error: AppError | null): void {
    const { [where]: _, ...others } = this.failures;
    this.failures = error ? { ...others, [where]: error } : others;
  }

  /** Back to the saved values. */
  discard(): void {
    this.typed = {};
    this.bases = {};
    this.failures = {};
    this.theirs = {};
    this.done = false;
    this.draft.want(null);
  }
}
