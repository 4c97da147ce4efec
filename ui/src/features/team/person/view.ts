// Derives the values of the person form from the shell's view of a person. Pure.

import { type Saved, type Values, withoutFields } from "../../../form/changes";
import type { BaseValues, PersonView, PictureView, ProfileField, Snapshot } from "../../../host/types";
import { isAbsent } from "../absent";
import { looksSame } from "../../../text/equality";

/** Why changes cannot be saved at the moment. */
export type SaveBlocker = "offline" | "signedOut";

/** What prevents saving, if anything. Changes to other people are never queued: they need a session and a connection. */
export function saveBlocker({ session, team }: Snapshot): SaveBlocker | null {
  if (session !== "signedIn") return "signedOut";
  const reason = team?.rights.reason ?? null;
  return isAbsent(reason) ? reason : null;
}

/**
 * The saved values of the form. Language and role stay empty: the language of others cannot be read, and this form has no
 * role.
 */
export function savedOf({ firstName, lastName, row }: PersonView): Saved {
  return { firstName, lastName, language: "", role: "", picture: row.picture };
}

/** The displayed values in the format of the bases, where a picture is an address. */
export function displayedValues({ firstName, lastName, pictureAddress }: PersonView) {
  return { firstName, lastName, pictureAddress, language: "" };
}

/** The current bases of the changed fields. The shell compares them with the server before it saves. */
export function currentBases(changes: Values, view: PersonView): BaseValues {
  const all: BaseValues = { firstName: view.firstName, lastName: view.lastName, picture: view.pictureAddress };
  return withoutFields(all, Object.keys(all).filter((field) => !(field in changes)));
}

/** The fields of `now` that differ from `before`: somebody else has changed them since the user began to type. */
export function changedBases(now: BaseValues, before: BaseValues): BaseValues {
  const isSame = (field: string): boolean => {
    const [a, b] = [now[field as ProfileField], before[field as ProfileField]];
    return a === b || (field !== "picture" && a !== undefined && b !== undefined && looksSame(a, b));
  };
  return withoutFields(now, Object.keys(now).filter(isSame));
}

/** The view with the saved values, until it is read again. */
export function withSavedValues(view: PersonView, values: Values, picture: PictureView | null): PersonView {
  return {
    ...view,
    firstName: values.firstName?.trim() ?? view.firstName,
    lastName: values.lastName?.trim() ?? view.lastName,
    row: { ...view.row, picture: values.picture ? picture : view.row.picture },
  };
}

/** Whether to show the form: the person can be edited, or there is a draft and editing may become possible. */
export function showsForm({ canEdit, draft, row }: PersonView): boolean {
  return canEdit || (draft !== null && !row.pending && !row.isSelf);
}
