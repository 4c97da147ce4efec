// What the form says about the language: whether it is on offer, and what waits for another one.

import type { AppError, EditView, InterfaceLanguage, LanguagePreference } from "../../host/types";
import * as m from "../../paraglide/messages";
import { languageHint } from "../../text/hints";
import { isOffered } from "../../text/languages";

const NOT_OFFERED: AppError = { code: "languageNotOffered", message: "", details: {} };

/** What is said beside a language that nothing is wrong with: one that is no longer on offer can stay. */
export function languageNote(
  preference: LanguagePreference, tag: string, offered: readonly string[], interfaceLanguage: InterfaceLanguage,
): string {
  return isOffered(offered, tag) ? languageHint(preference, tag, interfaceLanguage) : m.language_not_offered();
}

/**
 * Why another language has to be chosen. `typed` is the one that was chosen in the form and differs from the saved one:
 * one of before, out of a draft, cannot be saved any more. Else it is what was saved that asks for another one.
 */
export function languageProblem(typed: string | undefined, edits: readonly EditView[], offered: readonly string[]): AppError | undefined {
  if (typed !== undefined) return isOffered(offered, typed) ? undefined : NOT_OFFERED;
  const own = edits.find(({ field }) => field === "language");
  if (own?.reason?.code === "languageNotOffered") return own.reason;
  return edits.map(({ reason }) => reason).find((reason) => reason?.code === "ownLanguageNeeded") ?? undefined;
}

/** Why a saved change cannot go out as it is, also where that is not what it stopped for. */
export function editProblem(edit: EditView, offered: readonly string[]): AppError | null {
  if (edit.reason || edit.field !== "language" || edit.state !== "conflict") return edit.reason;
  return isOffered(offered, edit.mine) ? null : NOT_OFFERED;
}

/** Whether all conflicts can be decided for what was saved here, as each of them could be on its own. */
export const mayKeepAllMine = (edits: readonly EditView[], offered: readonly string[]): boolean =>
  edits.every((edit) => edit.state !== "conflict" || editProblem(edit, offered) === null);
