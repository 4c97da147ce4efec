// The form's arithmetic: what it starts from, what differs, what is sent. Pure, and without rules about values: the
// shell decides those.

import type {
  BaseValues, DraftValues, EditView, PictureChoice, PictureView, ProfileChanges, ProfileField, ProfileView, SeenConflict,
} from "../host/types";
import { sameText } from "../text/equality";

/** The saved values that the form starts from; a value that waits to be sent counts as saved. */
export interface Saved {
  firstName: string;
  lastName: string;
  language: string;
  role: string;
  picture: PictureView | null;
}

/** What is typed. */
export type Values = Omit<DraftValues, "base">;

/** Fields of the form in the order of the form. */
export type Field = keyof Values;

/** The profile with what is saved here and not sent yet laid over it. */
export function savedOf(profile: ProfileView, edits: readonly EditView[]): Saved {
  const { firstName, lastName, language, picture } = profile;
  const saved: Saved = { firstName, lastName, language, picture, role: profile.role.role };
  for (const edit of edits) {
    if (edit.field === "picture") saved.picture = edit.picture;
    else saved[edit.field] = edit.mine;
  }
  return saved;
}

function samePicture(choice: PictureChoice, picture: PictureView | null): boolean {
  switch (choice.kind) {
    case "removed":
      return picture === null;
    case "url":
      return choice.url.trim() === (picture?.url ?? "");
    case "held":
      return choice.id === picture?.id;
  }
}

const sameName = (typed: string, saved: string): boolean => sameText(typed.trim(), saved.trim());

/** What of the typed values differs from the saved ones, letter for letter as typed; names are compared trimmed. */
export function differences(saved: Saved, typed: Values): Values {
  const different: Values = {};
  if (typed.firstName !== undefined && !sameName(typed.firstName, saved.firstName)) different.firstName = typed.firstName;
  if (typed.lastName !== undefined && !sameName(typed.lastName, saved.lastName)) different.lastName = typed.lastName;
  if (typed.language !== undefined && typed.language !== saved.language) different.language = typed.language;
  if (typed.picture && !samePicture(typed.picture, saved.picture)) different.picture = typed.picture;
  if (typed.role !== undefined && typed.role !== saved.role) different.role = typed.role;
  return different;
}

/** How many fields differ. */
export const count = (values: Values): number => Object.keys(values).length;

/** The values without the role: what is stored as edits, and what counts while the role cannot be changed. */
export function withoutRole(values: Values): Values {
  const { role: _, ...others } = values;
  return others;
}

/** The typed values without those that were saved meanwhile and not typed over since. */
export function withoutSaved(typed: Values, saved: Values): Values {
  const kept: Values = { ...typed };
  for (const field of Object.keys(saved) as Field[]) {
    // A choice is an object that nobody changes, so it is the same one unless the person chose again.
    if (kept[field] === saved[field]) delete kept[field];
  }
  return kept;
}

/** What of a person's values is compared with later ones. */
type Shown = Pick<ProfileView, "firstName" | "lastName" | "language" | "pictureAddress">;

/** What the server's profile shows in a field, as the shell compares it. */
function rawValue(profile: Shown, field: ProfileField): string {
  return field === "picture" ? profile.pictureAddress : profile[field];
}

/**
 * The base values after a field was typed into. A base is what the field showed when the person began to change it, so it
 * is taken once and let go when the field is as saved again. Where an edit waits, it is what that brings to the server.
 */
export function baseAfter(
  base: BaseValues, field: Field, before: Values, after: Values, profile: Shown, edits: readonly EditView[],
): BaseValues {
  if (field === "role") return base;
  if (after[field] === undefined) return withoutFields(base, [field]);
  if (before[field] !== undefined) return base;
  const edit = edits.find((edit) => edit.field === field);
  return { ...base, [field]: edit ? soonOnServer(edit) : rawValue(profile, field) };
}

/** What the server has, or will have once the edit is there; unknown for a picture that was not uploaded yet. */
function soonOnServer(edit: EditView): string | undefined {
  if (edit.state === "conflict") return edit.theirs ?? undefined;
  return edit.picture && edit.mine === "" ? undefined : edit.mine;
}

/** Values, or base values, without those of some fields. */
export function withoutFields<T extends BaseValues | Values>(values: T, fields: readonly string[]): T {
  return Object.fromEntries(Object.entries(values).filter(([field]) => !fields.includes(field))) as T;
}

/** The base values after a save: none of what was saved, but what it saved for what was typed over while it was. */
export function basesAfterSave(base: BaseValues, saved: Values, typed: Values): BaseValues {
  const { firstName, lastName, language } = saved;
  const over = Object.entries({ firstName, lastName, language }).filter(([field, value]) => value !== undefined && field in typed);
  return { ...withoutFields(base, Object.keys(saved)), ...Object.fromEntries(over) };
}

/** The conflicts as they are shown: all of them, or that of a field. */
export function seenConflicts(edits: readonly EditView[], field?: ProfileField): SeenConflict[] {
  const asked = edits.filter((edit) => edit.state === "conflict" && (field === undefined || edit.field === field));
  return asked.map((edit) => ({ field: edit.field, theirs: edit.theirs ?? "" }));
}

/** What is typed where the values of these edits come back into the form. */
export function typedAgain(edits: readonly EditView[]): Values {
  const typed: Values = {};
  for (const edit of edits) {
    if (edit.field !== "picture") typed[edit.field] = edit.mine;
    else if (!edit.picture) typed.picture = { kind: "removed" };
    else typed.picture = edit.mine === "" ? { kind: "held", id: edit.picture.id } : { kind: "url", url: edit.mine };
  }
  return typed;
}

/** Values on their way to the shell, with the bases that belong to them and no others. */
export function withBase<T extends Values>(values: T, base: BaseValues): T & { base: BaseValues } {
  const others = Object.keys(base).filter((field) => !(field in values));
  return { ...values, base: withoutFields(base, others) };
}

/** What "Save changes" sends as edits: everything but the role. */
export function profileChanges(different: Values, base: BaseValues): ProfileChanges {
  return withBase(withoutRole(different), base);
}

/** What of a name can be told before the shell is asked, as the word in `details.problem`. */
export function nameProblem(typed: string, mayBeEmpty: boolean): "empty" | "tooLong" | "control" | null {
  const name = typed.trim().normalize("NFC");
  if (name === "" && !mayBeEmpty) return "empty";
  if (/\p{Cc}/u.test(name)) return "control";
  return [...name].length > 128 ? "tooLong" : null;
}
