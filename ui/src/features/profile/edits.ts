// Edits in words.

import { asksForLanguage, wantsChange } from "../../errors/table";
import { needsPerson } from "../../form/status";
import type { EditState, EditView, ProfileField, StoredAsView } from "../../host/types";
import * as m from "../../paraglide/messages";
import { languageName } from "../../text/languages";
import type { Text } from "../../text/words";

/** The fields by their labels. */
export const FIELD_NAMES: Record<ProfileField, Text> = {
  firstName: m.first_name,
  lastName: m.last_name,
  picture: m.picture,
  language: m.language,
};

/** Fields as they are named one after the other. */
export const fieldList = (fields: readonly ProfileField[], locale: string): string =>
  new Intl.ListFormat(locale, { type: "unit" }).format(fields.map((field) => FIELD_NAMES[field]()));

/** What becomes of the edits that are listed: what needs the person comes first. */
export function queueText(edits: readonly EditView[], signedOut: boolean): string {
  const states = new Set(edits.map((edit) => edit.state));
  if (states.has("conflict")) return m.edits_text_conflict();
  if (edits.some((edit) => edit.state === "refused" && !needsPerson(edit))) return m.edits_text_refused();
  const waiting = edits.filter(needsPerson).length;
  if (waiting > 0) return m.edits_text_needs_person({ count: waiting });
  return signedOut ? m.edits_text_signed_out() : m.edits_text();
}

/** Whether what helps an edit is another language. */
const wantsLanguage = ({ reason }: EditView): boolean => reason !== null && asksForLanguage(reason);

/**
 * Whether what helps a picture is an address of it elsewhere: it cannot be uploaded. Where it is the profile that does not get
 * through, no address would either; then the reason names no field.
 */
function wantsAddress({ field, reason }: EditView): boolean {
  if (field !== "picture" || !reason) return false;
  return reason.code === "uploadRefused" || (reason.code === "routeBlocked" && reason.details.field === "picture");
}

/** The end of the id of the control in which an edit's value is changed, or what it waits for. */
export function controlOf(edit: EditView): string {
  const { field, mine } = edit;
  if (wantsLanguage(edit)) return "language";
  if (field !== "picture") return field;
  return wantsAddress(edit) || mine.startsWith("https://") ? "picture-url" : "picture-file";
}

/** What the way to that control is called. */
export function changeText(edit: EditView): string {
  if (wantsLanguage(edit)) return m.choose_language();
  if (wantsAddress(edit)) return m.link_to_picture();
  return edit.state === "refused" && !needsPerson(edit) ? m.correct_change() : m.change_it();
}

const EDIT_STATES: Record<EditState, Text> = {
  waiting: m.edit_state_waiting,
  sending: m.edit_state_sending,
  refused: m.edit_state_refused,
  conflict: m.edit_state_conflict,
};

/** Where an edit is on its way. */
export const stateText = (edit: EditView): string => (needsPerson(edit) ? m.edit_state_needs_person() : EDIT_STATES[edit.state]());

/** A value as people read it: a language by its name, a picture by a word, nothing as "empty". */
export function valueText(field: ProfileField, value: string, locale: string): string {
  if (field === "picture") return value === "" ? m.value_no_picture() : m.value_picture();
  if (value === "") return m.value_empty();
  return field === "language" ? languageName(value, locale) : m.value_quoted({ value });
}

/** What the server keeps in a form of its own. */
export function storedAsText({ field, value }: StoredAsView, locale: string): string {
  if (field === "picture") return m.stored_as_picture();
  return m.stored_as({ field: FIELD_NAMES[field](), value: valueText(field, value, locale) });
}

/** Whether a refused edit may be sent again as it is. What Lapel itself does not send has to be changed first. */
export const maySendAgain = ({ reason }: EditView): boolean => reason !== null && !wantsChange(reason);

/** The saved value; a picture that is still only on this computer has no address and is one all the same. */
export function mineText(edit: EditView, locale: string): string {
  if (edit.field === "picture") return edit.picture ? m.value_new_picture() : m.value_no_picture();
  return valueText(edit.field, edit.mine, locale);
}

/** What an edit does. One that was discarded after it was handed to the network may have arrived, and is taken back. */
export function editText(edit: EditView, locale: string): string {
  const [from, to] = [valueText(edit.field, edit.base, locale), mineText(edit, locale)];
  const held = edit.picture !== null && edit.mine === "";
  return edit.mine === edit.base && !held ? m.edit_taken_back({ value: from }) : m.edit_from_to({ from, to });
}
