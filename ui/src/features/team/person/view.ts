// A person of the team, as the form about them and the facts need them. Pure.

import { type Saved, type Values, withoutFields } from "../../../form/changes";
import type { BaseValues, PersonView, PictureView, ProfileField, Snapshot } from "../../../host/types";
import { looksSame } from "../../../text/equality";

/** Why nothing can be saved at the moment. */
export type Block = "offline" | "signedOut";

/** What keeps a change of somebody else from being saved: it is never kept for later. */
export function blockOf({ session, team }: Snapshot): Block | null {
  if (session !== "signedIn") return "signedOut";
  return team?.rights.reason === "offline" ? "offline" : null;
}

/** What the form starts from. The language of others cannot be read, and their roles are not changed there. */
export function savedOf({ firstName, lastName, row }: PersonView): Saved {
  return { firstName, lastName, language: "", role: "", picture: row.picture };
}

/** What the fields show, as the shell compares it. */
export function shownBy({ firstName, lastName, pictureAddress }: PersonView) {
  return { firstName, lastName, pictureAddress, language: "" };
}

/** What the fields typed into show now, as a save is told it. */
export function basesNow(typed: Values, view: PersonView): BaseValues {
  const shown: BaseValues = { firstName: view.firstName, lastName: view.lastName, picture: view.pictureAddress };
  return withoutFields(shown, Object.keys(shown).filter((field) => !(field in typed)));
}

/** Of what fields show now, what they did not show when somebody began to type into them. */
export function moved(now: BaseValues, before: BaseValues): BaseValues {
  const same = (field: string): boolean => {
    const [a, b] = [now[field as ProfileField], before[field as ProfileField]];
    return a === b || (field !== "picture" && a !== undefined && b !== undefined && looksSame(a, b));
  };
  return withoutFields(now, Object.keys(now).filter(same));
}

/** The person after a save, until they are read again. */
export function withValues(view: PersonView, values: Values, picture: PictureView | null): PersonView {
  return {
    ...view,
    firstName: values.firstName?.trim() ?? view.firstName,
    lastName: values.lastName?.trim() ?? view.lastName,
    row: { ...view.row, picture: values.picture ? picture : view.row.picture },
  };
}

/** Whether there is a form: where changes are allowed, and where something typed waits for that. */
export function hasForm({ canEdit, draft, row }: PersonView): boolean {
  return canEdit || (draft !== null && !row.pending && !row.isSelf);
}
