// Texts about unsent edits.

import { needsDifferentValue } from "../../errors/table";
import type { Field } from "../../form/changes";
import { needsUserAction } from "../../form/status";
import type { EditState, EditView, ProfileField } from "../../host/types";
import * as m from "../../messages";
import { now } from "../../state/clock.svelte";
import { ago } from "../../text/dates";
import { localName } from "../../text/languages";
import { listOf } from "../../text/lists";
import type { Text } from "../../text/words";

/** The labels of the fields. */
export const FIELD_NAMES: Record<Field, Text> = {
  firstName: m.first_name,
  lastName: m.last_name,
  picture: m.picture,
  language: m.language,
  role: m.role,
};

/** The labels of several fields as a list in one text. */
export const fieldList = (fields: readonly Field[]): string => listOf(fields.map((field) => FIELD_NAMES[field]()));

/**
 * Whether a picture cannot be uploaded, so that the user should link to it instead. If `routeBlocked` names no field,
 * the profile itself cannot be sent, and a link would not help.
 */
export function wantsAddress({ field, reason }: EditView): boolean {
  if (field !== "picture" || !reason) return false;
  return reason.code === "uploadRefused" || (reason.code === "routeBlocked" && reason.details.field === "picture");
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
  return field === "language" ? localName(value, locale) : m.value_quoted({ value });
}

/** Says at the field that the server changed the value when it stored it. */
export const storedAsHere = (field: Field): string => (field === "picture" ? m.stored_as_picture() : m.stored_as_here());

/** Says at the field that somebody else changed the value, and when. */
export const updatedText = (at: number, locale: string): string => m.slot_updated({ when: ago(at, now(), locale) });

/** A value as text beside a name: not quoted. */
export const plainValue = (field: ProfileField, value: string, locale: string): string =>
  field === "picture" || field === "language" || value === "" ? valueText(field, value, locale) : value;

/** Whether to offer sending a rejected edit again unchanged: not if it would certainly fail again. */
export const maySendAgain = ({ reason }: EditView): boolean => reason !== null && !needsDifferentValue(reason);
