// What is typed into the profile form, and what happens to it. It outlives the page it is shown on, so that a change of
// page, language or session loses nothing.

import * as commands from "../host/commands";
import { asAppError } from "../host/failure";
import type { AppError, BaseValues, DraftValues, Keep, PictureChoice, PictureView, ProfileField, Snapshot } from "../host/types";
import { app } from "../state/app.svelte";
import { failures } from "../state/failures.svelte";
import {
  baseAfter, count, differences, type Field, profileChanges, savedOf, type Values, withBase, withoutFields, withoutRole, withoutSaved,
} from "./changes";
import { Draft } from "./draft";
import { choiceForUrl, fateOf, placeOf, type TakenBack, takenBack } from "./picture";
import { saveStatus } from "./status";

/** Where failures are said: at a field, at one of the two ways to a picture, or at the form. */
type Place = Exclude<Field, "picture"> | "file" | "url" | "form";

/** A question that the person has to answer before saving goes on. */
interface StepDown {
  role: string;
  answer: (yes: boolean) => void;
}

/** The one profile form. */
class ProfileForm {
  typed = $state.raw<Values>({});
  failures = $state.raw<Partial<Record<Place, AppError>>>({});
  /** The picture behind a typed address, once it was loaded. */
  loaded = $state.raw<{ url: string; picture: PictureView } | null>(null);
  stepDown = $state.raw<StepDown | null>(null);
  #base: BaseValues = {};
  #busy = $state(false);
  #saved = $state(false);
  /** The role that could not be given, or whose answer was lost. */
  #roleWanted: string | null = null;
  #owner: number | null = null;
  #beforeUrl: PictureChoice | undefined;
  #taken: TakenBack | null = null;
  #draft = this.#newDraft(null);

  readonly saved = $derived(app.snapshot.profile && savedOf(app.snapshot.profile, app.snapshot.edits));
  /** All that differs; a chosen role waits in it for a connection. */
  readonly #all = $derived(this.saved ? differences(this.saved, this.typed) : {});
  readonly #roleIsOpen = $derived(app.snapshot.profile?.role.reason === null);
  readonly different = $derived(this.#roleIsOpen ? this.#all : withoutRole(this.#all));
  readonly changed = $derived(count(this.different));
  readonly status = $derived(saveStatus(app.snapshot.edits, app.snapshot.sync, this.#busy, this.#saved && this.changed === 0));

  /** Whether a save is on its way to the shell. */
  get busy(): boolean {
    return this.#busy;
  }

  /** The picture that the form shows now. */
  get picture(): PictureView | null {
    const choice = this.typed.picture;
    if (!choice) return this.saved?.picture ?? null;
    if (choice.kind === "removed") return null;
    if (choice.kind === "held") return { id: choice.id, url: null };
    return this.loaded?.url === choice.url.trim() ? this.loaded.picture : null;
  }

  /** Takes in what a new state means for the form: another account's draft, a picture that comes back. */
  adopt(snapshot: Snapshot): void {
    const account = snapshot.account?.id ?? null;
    if (account !== this.#owner) this.#own(account, snapshot.draft);
    // The answer may have been all that was lost.
    if (this.failures.role && snapshot.profile?.role.role === this.#roleWanted) this.fail("role", null);
    const fate = this.#taken && fateOf(this.#taken, snapshot);
    if (!this.#taken || fate === "pending") return;
    const { held } = this.#taken;
    this.#taken = null;
    if (fate === "arrived") this.#saved = true;
    else if (!this.typed.picture) {
      this.type("picture", { kind: "held", id: held });
      this.leaveField();
    }
  }

  #own(owner: number | null, draft: DraftValues | null): void {
    const { base = {}, ...typed } = draft ?? {};
    this.#owner = owner;
    this.#base = base;
    this.typed = typed;
    this.failures = {};
    this.#saved = false;
    this.#taken = null;
    this.#draft = this.#newDraft(draft);
  }

  #newDraft(stored: DraftValues | null): Draft {
    const keep = (draft: DraftValues) => failures.attempt("draft", () => commands.keepDraft(draft));
    return new Draft({ keep, drop: () => failures.attempt("draft", commands.dropDraft) }, stored);
  }

  #keepDraft(): void {
    this.#draft.want(count(this.#all) === 0 ? null : withBase(this.#all, this.#base));
  }

  /** Takes in what was typed into a field; undefined goes back to the saved value. */
  type<F extends Field>(field: F, value: Values[F] | undefined): void {
    const { profile, edits } = app.snapshot;
    const before = this.#all;
    const typed = { ...this.typed };
    if (value === undefined) delete typed[field];
    else typed[field] = value;
    this.typed = typed;
    if (profile) this.#base = baseAfter(this.#base, field, before, this.#all, profile, edits);
    this.#saved = false;
    // The role was refused for what the form held then.
    for (const place of field === "picture" ? (["file", "url"] as const) : [field as Place]) this.fail(place, null);
    this.fail("role", null);
    this.fail("form", null);
    this.#keepDraft();
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
    return this.#draft.flush();
  }

  /** Says what is wrong at a place, or that nothing is. */
  fail(where: Place, error: AppError | null): void {
    const { [where]: _, ...others } = this.failures;
    this.failures = error ? { ...others, [where]: error } : others;
  }

  /** Back to the saved values. */
  discard(): void {
    this.typed = {};
    this.#base = {};
    this.failures = {};
    this.#draft.want(null);
  }

  /** Saves everything that differs; whether all of it worked. What did not work is said at its place. */
  async save(): Promise<boolean> {
    if (this.#busy || this.changed === 0) return false;
    const { role } = this.different;
    if (role !== undefined && this.#stepsDown(role) && !(await this.#asksStepDown(role))) return false;
    this.#busy = true;
    this.failures = {};
    try {
      await this.#draft.settle();
      const all = this.different;
      return (await this.#saveProfile(withoutRole(all))) && (await this.#saveRole(all.role));
    } finally {
      this.#busy = false;
      this.#draft.forget();
      this.#keepDraft();
    }
  }

  async #saveProfile(values: Values): Promise<boolean> {
    if (count(values) === 0) return true;
    try {
      await commands.saveProfile(profileChanges(values, this.#base));
      await app.renew();
      this.typed = withoutSaved(this.typed, values);
      // From here on the edits hold them, also for what was typed over meanwhile.
      this.#base = withoutFields(this.#base, Object.keys(values));
      this.#saved = true;
      return true;
    } catch (caught) {
      const error = asAppError(caught);
      this.fail(placeOf(error, values.picture), error);
      return false;
    }
  }

  async #saveRole(role: string | undefined): Promise<boolean> {
    if (role === undefined) return true;
    try {
      await commands.changeOwnRole(role);
      await app.renew();
      this.#saved = true;
      return true;
    } catch (caught) {
      const error = asAppError(caught);
      this.#roleWanted = role;
      if (error.code !== "cancelled") this.fail("role", error);
      return false;
    } finally {
      // Done, or gone back: a role is never left half chosen.
      this.typed = withoutSaved(this.typed, { role });
    }
  }

  #stepsDown(role: string): boolean {
    return app.snapshot.profile?.role.choices.some((choice) => choice.role === role && choice.stepsDown) ?? false;
  }

  async #asksStepDown(role: string): Promise<boolean> {
    const yes = await new Promise<boolean>((answer) => (this.stepDown = { role, answer }));
    this.stepDown = null;
    return yes;
  }

  /** Decides a conflict. */
  keep(field: ProfileField, keep: Keep): Promise<void> {
    return this.#decide(field, keep === "mine", () => commands.resolveEdit(field, keep));
  }

  /** Discards a saved change that has not reached the server. */
  dropEdit(field: ProfileField): Promise<void> {
    return this.#decide(field, false, () => commands.dropEdit(field));
  }

  async #decide(field: ProfileField, saves: boolean, run: () => Promise<void>): Promise<void> {
    this.#saved = saves;
    await failures.attempt(`edit ${field}`, async () => {
      await run();
      await app.renew();
    });
  }

  /** Stops the upload; its picture comes back into the form as a change that is not saved. */
  async cancelUpload(): Promise<void> {
    this.#saved = false;
    this.#taken = takenBack(app.snapshot.edits.find((edit) => edit.field === "picture"), app.snapshot);
    const worked = await failures.attempt("upload", async () => {
      await commands.cancelUpload();
      await app.renew();
    });
    if (!worked) this.#taken = null;
  }
}

/** The form of the page. */
export const form = new ProfileForm();
