// Computes the values of the form: the saved values, the differences and what is sent. Pure. The Rust core validates the
// values when they are saved. Here, only names are checked, so that the user sees a problem while typing.

import type {
  BaseValues, DraftValues, EditView, PictureChoice, PictureView, ProfileChanges, ProfileField, ProfileView, SeenConflict,
} from "../host/types";
import { sameText } from "../text/equality";

/** The saved values that the form starts from. They include edits that are stored but not sent yet. */
export interface Saved {
  firstName: string;
  lastName: string;
  language: string;
  role: string;
  picture: PictureView | null;
}

/** Typed values. A field without a typed value is missing. */
export type Values = Omit<DraftValues, "base">;

/** A field of the form. */
export type Field = keyof Values;

/** The profile's values with the unsent edits applied. */
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

/**
 * The typed values that differ from the saved ones, exactly as typed. Names are compared without surrounding spaces.
 */
export function differences(saved: Saved, typed: Values): Values {
  const different: Values = {};
  if (typed.firstName !== undefined && !sameName(typed.firstName, saved.firstName)) different.firstName = typed.firstName;
  if (typed.lastName !== undefined && !sameName(typed.lastName, saved.lastName)) different.lastName = typed.lastName;
  if (typed.language !== undefined && typed.language !== saved.language) different.language = typed.language;
  if (typed.picture && !samePicture(typed.picture, saved.picture)) different.picture = typed.picture;
  if (typed.role !== undefined && typed.role !== saved.role) different.role = typed.role;
  return different;
}

/** The number of fields with a value. */
export const count = (values: Values): number => Object.keys(values).length;

/** The values without the role. A role is never stored as an edit, and does not count while it cannot be changed. */
export function withoutRole(values: Values): Values {
  const { role: _, ...others } = values;
  return others;
}

/** The typed values without those that were saved. A value that was typed over during the save stays. */
export function withoutSaved(typed: Values, saved: Values): Values {
  const remaining: Values = { ...typed };
  for (const field of Object.keys(saved) as Field[]) {
    // This also works for the picture: choices are immutable, so another object means that the user chose again.
    if (remaining[field] === saved[field]) delete remaining[field];
  }
  return remaining;
}

/** The profile values that a base value can come from. */
type ServerValues = Pick<ProfileView, "firstName" | "lastName" | "language" | "pictureAddress">;

/** The value of a field as the Rust core compares it with the base: for the picture, its address. */
function rawValue(profile: ServerValues, field: ProfileField): string {
  return field === "picture" ? profile.pictureAddress : profile[field];
}

/**
 * The base values after a change of a field. The base of a field is the value on the server when the user began to
 * change it. It is set with the first change and removed when the field has its saved value again. If an unsent edit
 * exists, the base is the value that the server will have once the edit is sent.
 */
export function baseAfter(
  base: BaseValues, field: Field, before: Values, after: Values, profile: ServerValues, edits: readonly EditView[],
): BaseValues {
  if (field === "role") return base;
  if (after[field] === undefined) return withoutFields(base, [field]);
  if (before[field] !== undefined) return base;
  const edit = edits.find((edit) => edit.field === field);
  return { ...base, [field]: edit ? expectedServerValue(edit) : rawValue(profile, field) };
}

/**
 * The value that the server will have once the edit is sent; in a conflict, the server's current value. Undefined for a
 * picture that is not uploaded yet.
 */
function expectedServerValue(edit: EditView): string | undefined {
  if (edit.state === "conflict") return edit.theirs ?? undefined;
  return edit.picture && edit.mine === "" ? undefined : edit.mine;
}

/** The value of one field alone, if it has one. */
export const onlyField = (values: Values, field: Field): Values => (field in values ? { [field]: values[field] } : {});

/** Values or base values without some fields. */
export function withoutFields<T extends BaseValues | Values>(values: T, fields: readonly string[]): T {
  return Object.fromEntries(Object.entries(values).filter(([field]) => !fields.includes(field))) as T;
}

/**
 * The base values after a save. Saved fields lose their base. A field that was typed over during the save gets the
 * saved value as its new base.
 */
export function basesAfterSave(base: BaseValues, saved: Values, typed: Values): BaseValues {
  const { firstName, lastName, language } = saved;
  const typedOver = Object.entries({ firstName, lastName, language }).filter(([field, value]) => value !== undefined && field in typed);
  return { ...withoutFields(base, Object.keys(saved)), ...Object.fromEntries(typedOver) };
}

/** The conflicts of one field or of all fields, with the server's values that the user has seen. */
export function seenConflicts(edits: readonly EditView[], field?: ProfileField): SeenConflict[] {
  const conflicts = edits.filter((edit) => edit.state === "conflict" && (field === undefined || edit.field === field));
  return conflicts.map((edit) => ({ field: edit.field, theirs: edit.theirs ?? "" }));
}

/** The values of edits as typed values, to put them back into the form. */
export function valuesOfEdits(edits: readonly EditView[]): Values {
  const typed: Values = {};
  for (const edit of edits) {
    if (edit.field !== "picture") typed[edit.field] = edit.mine;
    else if (!edit.picture) typed.picture = { kind: "removed" };
    else typed.picture = edit.mine === "" ? { kind: "held", id: edit.picture.id } : { kind: "url", url: edit.mine };
  }
  return typed;
}

/** Adds the base values of exactly these fields. */
export function withBase<T extends Values>(values: T, base: BaseValues): T & { base: BaseValues } {
  const others = Object.keys(base).filter((field) => !(field in values));
  return { ...values, base: withoutFields(base, others) };
}

/** The changes to save as edits: everything except the role. */
export function profileChanges(different: Values, base: BaseValues): ProfileChanges {
  return withBase(withoutRole(different), base);
}

/** What is wrong with a name, checked while typing. The result equals `details.problem` of the Rust core's error. */
export function nameProblem(typed: string, mayBeEmpty: boolean, maxLength: number): "empty" | "tooLong" | "control" | null {
  const name = typed.trim().normalize("NFC");
  if (name === "" && !mayBeEmpty) return "empty";
  if (/\p{Cc}/u.test(name)) return "control";
  return [...name].length > maxLength ? "tooLong" : null;
}
