// The hint and the error at the language field, and which edits need another language.

import type { AppError, EditView, InterfaceLanguage, LanguagePreference } from "../../host/types";
import * as m from "../../messages";
import { INTERFACE_LANGUAGES } from "../../state/locale.svelte";
import { isOffered, localName } from "../../text/languages";

const NOT_OFFERED: AppError = { code: "languageNotOffered", message: "", details: {} };

/** Says in which language Lapel is shown if the profile has the language `tag`; if it has none, Lapel uses that of the system. */
export function languageHint(preference: LanguagePreference, tag: string, interfaceLanguage: InterfaceLanguage): string {
  if (preference !== "profile") return m.language_hint_fixed({ language: localName(preference, interfaceLanguage) });
  return tag === "" || INTERFACE_LANGUAGES.includes(tag) ? m.language_hint() : m.language_hint_english();
}

/** The hint below the language field. A language that is no longer offered can stay in the profile. */
export function languageNote(
  preference: LanguagePreference, tag: string, offered: readonly string[], interfaceLanguage: InterfaceLanguage,
): string {
  return isOffered(offered, tag) ? languageHint(preference, tag, interfaceLanguage) : m.language_not_offered();
}

/**
 * Why another language has to be chosen. `typed` is an unsaved choice; one from an old draft may no longer be
 * offered. Without an unsaved choice, the reason is that of an edit that needs another language.
 */
export function languageProblem(typed: string | undefined, edits: readonly EditView[], offered: readonly string[]): AppError | undefined {
  if (typed !== undefined) return isOffered(offered, typed) ? undefined : NOT_OFFERED;
  const languageEdit = edits.find(({ field }) => field === "language");
  if (languageEdit?.reason?.code === "languageNotOffered") return languageEdit.reason;
  return edits.map(({ reason }) => reason).find((reason) => reason?.code === "ownLanguageNeeded") ?? undefined;
}

/** Why an edit cannot be sent unchanged. In a conflict, the language may also be one that is no longer offered. */
export function editProblem(edit: EditView, offered: readonly string[]): AppError | null {
  if (edit.reason || edit.field !== "language" || edit.state !== "conflict") return edit.reason;
  return isOffered(offered, edit.mine) ? null : NOT_OFFERED;
}

/** Whether "Keep all of mine" is possible: no conflict has a value that cannot be sent. */
export const mayKeepAllMine = (edits: readonly EditView[], offered: readonly string[]): boolean =>
  edits.every((edit) => edit.state !== "conflict" || editProblem(edit, offered) === null);
