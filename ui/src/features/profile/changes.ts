// The form's arithmetic: what it starts from, what differs, what is sent. Pure, and without rules about values: the
// shell decides those.

import type { DraftValues, EditView, PictureChoice, PictureView, ProfileChanges, ProfileView } from "../../host/types";

/** The saved values that the form starts from; a value that waits to be sent counts as saved. */
export interface Base {
  firstName: string;
  lastName: string;
  language: string;
  role: string;
  picture: PictureView | null;
}

/** Fields of the form in the order of the form. */
export type Field = keyof DraftValues;

/** The profile with what is saved here and not sent yet laid over it; the newest edit of a field wins. */
export function baseOf(profile: ProfileView, edits: readonly EditView[]): Base {
  const base: Base = {
    firstName: profile.firstName,
    lastName: profile.lastName,
    language: profile.language,
    role: profile.role.role,
    picture: profile.picture,
  };
  for (const edit of edits) {
    if (edit.field === "picture") base.picture = edit.picture;
    else base[edit.field] = edit.mine;
  }
  return base;
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

/** What of the typed values differs from the saved ones, letter for letter as typed; names are compared trimmed. */
export function differences(base: Base, typed: DraftValues): DraftValues {
  const different: DraftValues = {};
  if (typed.firstName !== undefined && typed.firstName.trim() !== base.firstName.trim()) different.firstName = typed.firstName;
  if (typed.lastName !== undefined && typed.lastName.trim() !== base.lastName.trim()) different.lastName = typed.lastName;
  if (typed.language !== undefined && typed.language !== base.language) different.language = typed.language;
  if (typed.picture && !samePicture(typed.picture, base.picture)) different.picture = typed.picture;
  if (typed.role !== undefined && typed.role !== base.role) different.role = typed.role;
  return different;
}

/** How many fields differ. */
export const count = (values: DraftValues): number => Object.keys(values).length;

/** What "Save changes" sends as edits: everything but the role. */
export function profileChanges(different: DraftValues): ProfileChanges {
  const { role: _, ...changes } = different;
  return changes;
}

/** The typed values without those that were saved meanwhile and not typed over since. */
export function withoutSaved(typed: DraftValues, saved: DraftValues): DraftValues {
  const kept: DraftValues = { ...typed };
  for (const field of Object.keys(saved) as Field[]) {
    // A choice is an object that nobody changes, so it is the same one unless the person chose again.
    if (kept[field] === saved[field]) delete kept[field];
  }
  return kept;
}

/** What an address typed into "Picture URL" means for the picture; undefined where the saved one stays. */
export function choiceForUrl(typed: string, saved: PictureView | null): PictureChoice | undefined {
  const url = typed.trim();
  if (url === (saved?.url ?? "")) return undefined;
  return url === "" ? { kind: "removed" } : { kind: "url", url };
}

/** What of a name can be told before the shell is asked, as the word in `details.problem`. */
export function nameProblem(typed: string, mayBeEmpty: boolean): "empty" | "tooLong" | "control" | null {
  const name = typed.trim();
  if (name === "" && !mayBeEmpty) return "empty";
  if (/\p{Cc}/u.test(name)) return "control";
  return [...name].length > 128 ? "tooLong" : null;
}
