// What is typed into the profile form, and what happens to it. It outlives the page it is shown on, so that a change of
// page, language or session loses nothing.

import * as commands from "../../host/commands";
import { asAppError } from "../../host/failure";
import type { AppError, DraftValues, PictureChoice, PictureView, Snapshot } from "../../host/types";
import { app } from "../../state/app.svelte";
import { baseOf, count, differences, type Field, profileChanges, withoutSaved } from "./changes";
import { Draft } from "./draft";
import { saveStatus } from "./status";

/** Where failures are shown: at a field, or at the form. */
type Failures = Partial<Record<Field | "form", AppError>>;

/** A question that the person has to answer before saving goes on. */
interface StepDown {
  role: string;
  answer: (yes: boolean) => void;
}

/** The one profile form. */
class ProfileForm {
  typed = $state.raw<DraftValues>({});
  failures = $state.raw<Failures>({});
  /** The picture behind a typed address, once it was loaded. */
  loaded = $state.raw<{ url: string; picture: PictureView } | null>(null);
  stepDown = $state.raw<StepDown | null>(null);
  #busy = $state(false);
  #saved = $state(false);
  #owner: string | null = null;
  #draft = this.#newDraft({});

  readonly base = $derived(app.snapshot.profile && baseOf(app.snapshot.profile, app.snapshot.edits));
  readonly different = $derived(this.base ? differences(this.base, this.typed) : {});
  readonly changed = $derived(count(this.different));
  readonly status = $derived(saveStatus(app.snapshot.edits, app.snapshot.sync, this.#busy, this.#saved && this.changed === 0));

  /** Whether a save is on its way to the shell. */
  get busy(): boolean {
    return this.#busy;
  }

  /** The picture that the form shows now. */
  get picture(): PictureView | null {
    const choice = this.typed.picture;
    if (!choice) return this.base?.picture ?? null;
    if (choice.kind === "removed") return null;
    if (choice.kind === "held") return { id: choice.id, url: null };
    return this.loaded?.url === choice.url.trim() ? this.loaded.picture : null;
  }

  /** Fills in the draft of whoever is signed in now, once for each person; nobody leaves an empty form. */
  adopt(snapshot: Snapshot): void {
    if (!snapshot.account) this.#own(null, {});
    else if (snapshot.profile && snapshot.profile.id !== this.#owner) this.#own(snapshot.profile.id, snapshot.draft ?? {});
  }

  #own(owner: string | null, draft: DraftValues): void {
    if (owner === this.#owner) return;
    this.#owner = owner;
    this.typed = draft;
    this.failures = {};
    this.#saved = false;
    this.#draft = this.#newDraft(draft);
  }

  #newDraft(stored: DraftValues): Draft {
    const failed = (caught: unknown) => (app.failure = asAppError(caught));
    return new Draft({ keep: commands.keepDraft, drop: commands.dropDraft, failed }, stored);
  }

  /** Takes in what was typed into a field; undefined goes back to the saved value. */
  type<F extends Field>(field: F, value: DraftValues[F] | undefined): void {
    const typed = { ...this.typed };
    if (value === undefined) delete typed[field];
    else typed[field] = value;
    this.typed = typed;
    this.#saved = false;
    this.fail(field, null);
    this.fail("form", null);
    this.#draft.want(this.different);
  }

  /** Takes a picture into the form. */
  choosePicture(choice: PictureChoice): void {
    this.type("picture", choice);
  }

  /** Keeps the draft now, when a field is left. */
  leaveField(): void {
    void this.#draft.flush();
  }

  /** Says what is wrong with a field, or that nothing is. */
  fail(where: Field | "form", error: AppError | null): void {
    const { [where]: _, ...others } = this.failures;
    this.failures = error ? { ...others, [where]: error } : others;
  }

  /** Back to the saved values. */
  discard(): void {
    this.typed = {};
    this.failures = {};
    this.#draft.want({});
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
      return (await this.#saveProfile(profileChanges(all))) && (await this.#saveRole(all.role));
    } finally {
      this.#busy = false;
      this.#draft.forget();
      this.#draft.want(this.different);
    }
  }

  async #saveProfile(changes: DraftValues): Promise<boolean> {
    if (count(changes) === 0) return true;
    try {
      await commands.saveProfile(changes);
      await app.renew();
      this.typed = withoutSaved(this.typed, changes);
      this.#saved = true;
      return true;
    } catch (caught) {
      const error = asAppError(caught);
      this.fail(error.details.field ?? "form", error);
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
      this.fail("role", asAppError(caught));
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
}

/** The form of the page. */
export const form = new ProfileForm();
