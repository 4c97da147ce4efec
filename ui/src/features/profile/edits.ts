// Texts about unsent edits.

import { needsOtherLanguage, needsDifferentValue } from "../../errors/table";
import { needsUserAction } from "../../form/status";
import type { EditState, EditView, ProfileField, StoredAsView } from "../../host/types";
import * as m from "../../paraglide/messages";
import { languageName } from "../../text/languages";
import type { Text } from "../../text/words";

/** The labels of the fields. */
export const FIELD_NAMES: Record<ProfileField, Text> = {
  firstName: m.first_name,
  lastName: m.last_name,
  picture: m.picture,
  language: m.language,
};

/** The labels of several fields as a list in one text. */
export const fieldList = (fields: readonly ProfileField[], locale: string): string =>
  new Intl.ListFormat(locale, { type: "unit" }).format(fields.map((field) => FIELD_NAMES[field]()));

/** The text at the top of the list of edits. A state that needs the user comes first. */
export function queueText(edits: readonly EditView[], signedOut: boolean): string {
  const states = new Set(edits.map((edit) => edit.state));
  if (states.has("conflict")) return m.edits_text_conflict();
  if (edits.some((edit) => edit.state === "refused" && !needsUserAction(edit))) return m.edits_text_refused();
  const needUser = edits.filter(needsUserAction).length;
  if (needUser > 0) return m.edits_text_needs_person({ count: needUser });
  return signedOut ? m.edits_text_signed_out() : m.edits_text();
}

/** Whether the user has to choose another language before the edit can be sent. */
const wantsLanguage = ({ reason }: EditView): boolean => reason !== null && needsOtherLanguage(reason);

/**
 * Whether a picture cannot be uploaded, so that the user should link to it instead. If `routeBlocked` names no field,
 * the profile itself cannot be sent, and a link would not help.
 */
function wantsAddress({ field, reason }: EditView): boolean {
  if (field !== "picture" || !reason) return false;
  return reason.code === "uploadRefused" || (reason.code === "routeBlocked" && reason.details.field === "picture");
}

/** The id (without the form's prefix) of the control that changes the edit's value or resolves what it waits for. */
export function controlOf(edit: EditView): string {
  const { field, mine } = edit;
  if (wantsLanguage(edit)) return "language";
  if (field !== "picture") return field;
  return wantsAddress(edit) || mine.startsWith("https://") ? "picture-url" : "picture-file";
}

/** The text of the button that leads to that control. */
export function changeText(edit: EditView): string {
  if (wantsLanguage(edit)) return m.choose_language();
  if (wantsAddress(edit)) return m.link_to_picture();
  return edit.state === "refused" && !needsUserAction(edit) ? m.correct_change() : m.change_it();
}

const EDIT_STATES: Record<EditState, Text> = {
  waiting: m.edit_state_waiting,
  sending: m.edit_state_sending,
  refused: m.edit_state_refused,
  conflict: m.edit_state_conflict,
};

/** The state of an edit as text. */
export const stateText = (edit: EditView): string => (needsUserAction(edit) ? m.edit_state_needs_person() : EDIT_STATES[edit.state]());

/** A value as text: a language by its name, a picture by a word, an empty value as "empty". */
export function valueText(field: ProfileField, value: string, locale: string): string {
  if (field === "picture") return value === "" ? m.value_no_picture() : m.value_picture();
  if (value === "") return m.value_empty();
  return field === "language" ? languageName(value, locale) : m.value_quoted({ value });
}

/** Says that the server changed a value when it stored it. */
export function storedAsText({ field, value }: StoredAsView, locale: string): string {
  if (field === "picture") return m.stored_as_picture();
  return m.stored_as({ field: FIELD_NAMES[field](), value: valueText(field, value, locale) });
}

/** Whether to offer sending a rejected edit again unchanged: not if it would certainly fail again. */
export const maySendAgain = ({ reason }: EditView): boolean => reason !== null && !needsDifferentValue(reason);

/** The edit's value as text. A picture that is not uploaded yet has no address, so its value is empty. */
export function mineText(edit: EditView, locale: string): string {
  if (edit.field === "picture") return edit.picture ? m.value_new_picture() : m.value_no_picture();
  return valueText(edit.field, edit.mine, locale);
}

/**
 * What an edit changes. If an edit was discarded after it was sent, it may have reached the server. A new edit then
 * restores the old value; in this new edit, `mine` equals `base`.
 */
export function editText(edit: EditView, locale: string): string {
  const [from, to] = [valueText(edit.field, edit.base, locale), mineText(edit, locale)];
  const isLocalPicture = edit.picture !== null && edit.mine === "";
  return edit.mine === edit.base && !isLocalPicture ? m.edit_taken_back({ value: from }) : m.edit_from_to({ from, to });
}
