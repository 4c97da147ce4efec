// What is typed into the profile form, and what happens to it. It outlives the page it is shown on, so that a change of
// page, language or session loses nothing.

import * as commands from "../host/commands";
import { asAppError } from "../host/failure";
import type { BaseValues, DraftValues, Keep, ProfileField, Snapshot } from "../host/types";
import { app } from "../state/app.svelte";
import { failures } from "../state/failures.svelte";
import {
  baseAfter, basesAfterSave, count, type Field, profileChanges, savedOf, seenConflicts, typedAgain,
  type Values, withoutFields, withoutRole, withoutSaved,
} from "./changes";
import { fateOf, placeOf, type TakenBack, takenBack } from "./picture";
import { saveStatus } from "./status";
import { TypedForm } from "./typed.svelte";

/** A question that the person has to answer before saving goes on. */
interface StepDown {
  role: string;
  answer: (yes: boolean) => void;
}

/** The one profile form. */
class ProfileForm extends TypedForm {
  readonly prefix = "profile";
  stepDown = $state.raw<StepDown | null>(null);
  /** The role that could not be given, or whose answer was lost. */
  #roleWanted: string | null = null;
  #roleFailedAt = Infinity;
  /** Whether the server was read since a role could not be given: it has not been, then. */
  roleHeard = $state(false);
  #owner: number | null = null;
  #taken: TakenBack | null = null;

  /** What the person decided against, until something else is typed there. */
  gaveUp = $state.raw<Values>({});

  readonly saved = $derived(app.snapshot.profile && savedOf(app.snapshot.profile, app.snapshot.edits));
  /** A chosen role waits for a connection. */
  readonly #roleIsOpen = $derived(app.snapshot.profile?.role.reason === null);
  readonly #different = $derived(this.#roleIsOpen ? this.all : withoutRole(this.all));
  /** Whether all of it was saved: a role that failed is no change of the form any more. */
  readonly #allSaved = $derived(this.done && this.changed === 0 && !this.failures.role);
  readonly status = $derived(saveStatus(app.snapshot.edits, app.snapshot.sync, this.slow, this.#allSaved));

  override get different(): Values {
    return this.#different;
  }

  /** Takes in what a new state means for the form: another account's draft, a picture that comes back. */
  adopt(snapshot: Snapshot): void {
    const account = snapshot.account?.id ?? null;
    if (account !== this.#owner) this.#own(account, snapshot.draft);
    // The answer may have been all that was lost.
    if (this.failures.role && snapshot.profile?.role.role === this.#roleWanted) this.fail("role", null);
    this.roleHeard = (snapshot.sync.asOf ?? 0) > this.#roleFailedAt;
    const fate = this.#taken && fateOf(this.#taken, snapshot);
    if (!this.#taken || fate === "pending") return;
    const { held } = this.#taken;
    this.#taken = null;
    if (fate === "arrived") this.done = true;
    else if (!this.typed.picture) {
      this.type("picture", { kind: "held", id: held });
      this.leaveField();
    }
  }

  #own(owner: number | null, draft: DraftValues | null): void {
    this.#owner = owner;
    this.#taken = null;
    this.gaveUp = {};
    this.begin(draft);
  }

  override type<F extends Field>(field: F, value: Values[F] | undefined): void {
    super.type(field, value);
    this.gaveUp = withoutFields(this.gaveUp, [field]);
  }

  override discard(): void {
    const typed = withoutRole(this.different);
    super.discard();
    this.#giveUp(typed);
  }

  /** What is typed in a field by now is not to be overwritten by what comes back. */
  #giveUp(values: Values): void {
    this.gaveUp = { ...this.gaveUp, ...withoutFields(values, Object.keys(this.all)) };
  }

  /** Brings what was decided against back into the form, as a change that is not saved. */
  putBack(): void {
    const back = this.gaveUp;
    for (const field of Object.keys(back) as Field[]) this.type(field, back[field]);
    void this.leaveField();
  }

  protected override store(draft: DraftValues | null): Promise<boolean> {
    return failures.attempt("draft", () => (draft ? commands.keepDraft(draft) : commands.dropDraft()));
  }

  protected override basesAfter(field: Field, before: Values): BaseValues {
    const { profile, edits } = app.snapshot;
    return profile ? baseAfter(this.bases, field, before, this.all, profile, edits) : this.bases;
  }

  override async save(): Promise<boolean> {
    if (this.saving || this.changed === 0) return false;
    const { role } = this.different;
    if (role !== undefined && this.#stepsDown(role) && !(await this.#asksStepDown(role))) return false;
    return this.whileSaving(async () => {
      const all = this.different;
      return (await this.#saveProfile(withoutRole(all))) && (await this.#saveRole(all.role));
    });
  }

  async #saveProfile(values: Values): Promise<boolean> {
    if (count(values) === 0) return true;
    try {
      const kept = await commands.saveProfile(profileChanges(values, this.bases));
      this.draft.turned();
      // What the draft could not keep is kept now.
      failures.close("draft");
      await app.receiveLasting(kept);
      this.typed = withoutSaved(this.typed, values);
      // What was typed over meanwhile goes on from what was saved.
      this.bases = basesAfterSave(this.bases, values, this.typed);
      this.done = true;
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
      this.done = true;
      return true;
    } catch (caught) {
      const error = asAppError(caught);
      this.#roleWanted = role;
      this.#roleFailedAt = Date.now();
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
    return this.#decide(field, keep === "mine", () => commands.resolveEdits(seenConflicts(app.snapshot.edits, field), keep));
  }

  /** Decides all conflicts in one way. */
  keepAll(keep: Keep): Promise<void> {
    return this.#decide("all", keep === "mine", () => commands.resolveEdits(seenConflicts(app.snapshot.edits), keep));
  }

  /** Discards a saved change that has not reached the server. */
  dropEdit(field: ProfileField): Promise<void> {
    return this.#decide(field, false, () => commands.dropEdit(field));
  }

  /** Sends a saved change again that was refused or could not be sent, as it is. */
  sendAgain(field: ProfileField): Promise<void> {
    return this.#decide(field, true, () => commands.sendAgain(field));
  }

  async #decide(field: ProfileField | "all", saves: boolean, run: () => Promise<void>): Promise<void> {
    this.done = saves;
    const before = app.snapshot.edits.filter((edit) => (field === "all" ? edit.state === "conflict" : edit.field === field));
    const worked = await failures.attempt(`edit ${field}`, async () => {
      await run();
      await app.renew();
    });
    if (!worked || saves) return;
    const given = typedAgain(before);
    for (const { field, state } of before) {
      // A picture that is only in the form would go with it, and stays.
      if (state === "conflict" && field !== "picture" && !this.#inConflict(field)) this.#yield(field, given);
    }
    this.#giveUp(given);
  }

  /** A conflict that has changed since it was seen is not decided. */
  #inConflict(field: ProfileField): boolean {
    return app.snapshot.edits.some((edit) => edit.field === field && edit.state === "conflict");
  }

  /** The server's value is what the field shows from now on, and not what was typed there meanwhile: that is given up too. */
  #yield(field: Exclude<ProfileField, "picture">, given: Values): void {
    const typed = this.typed[field];
    if (typed === undefined) return;
    this.type(field, undefined);
    given[field] = typed;
  }

  /** Stops the upload; its picture comes back into the form as a change that is not saved. */
  async cancelUpload(): Promise<void> {
    this.done = false;
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
