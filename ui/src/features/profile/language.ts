// The hint and the error at the language field, and which edits need another language.

import type { AppError, EditView, InterfaceLanguage, LanguagePreference } from "../../host/types";
import * as m from "../../paraglide/messages";
import { isOffered, languageName } from "../../text/languages";

const NOT_OFFERED: AppError = { code: "languageNotOffered", message: "", details: {} };

/** Profile languages that Lapel is shown in. Empty: the profile has no language, and Lapel uses that of the system. */
const SUPPORTED = ["", "en", "es"];

/** A language name within a sentence. Spanish writes it in lower case, but Intl does not do so on every system. */
function inSentence(tag: string, interfaceLanguage: InterfaceLanguage): string {
  const name = languageName(tag, interfaceLanguage);
  return interfaceLanguage === "es" ? name.toLocaleLowerCase("es") : name;
}

/** Says in which language Lapel is shown if the profile has the language `tag`. */
export function languageHint(preference: LanguagePreference, tag: string, interfaceLanguage: InterfaceLanguage): string {
  if (preference !== "profile") return m.language_hint_fixed({ language: inSentence(preference, interfaceLanguage) });
  return SUPPORTED.includes(tag) ? m.language_hint() : m.language_hint_english();
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
