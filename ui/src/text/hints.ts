// What the language field says about Lapel itself.

import type { InterfaceLanguage, LanguagePreference } from "../host/types";
import * as m from "../paraglide/messages";
import { languageName } from "./languages";

/** Languages whose speakers mostly read Spanish too, as in crates/domain, which decides; here it is only told before. */
const NEARER_TO_SPANISH = ["an", "ast", "ay", "ca", "eu", "gl", "gn", "oc", "qu"];

/** A language within a sentence: Spanish writes it small, which Intl does not everywhere. */
function inSentence(tag: string, interfaceLanguage: InterfaceLanguage): string {
  const name = languageName(tag, interfaceLanguage);
  return interfaceLanguage === "es" ? name.toLocaleLowerCase("es") : name;
}

/** Whether the interface follows the chosen language, and what it speaks where it cannot. */
export function languageHint(preference: LanguagePreference, tag: string, interfaceLanguage: InterfaceLanguage): string {
  if (preference !== "profile") return m.language_hint_fixed({ language: inSentence(preference, interfaceLanguage) });
  const primary = tag.split("-")[0]?.toLowerCase() ?? "";
  if (primary === "" || primary === "en" || primary === "es") return m.language_hint();
  const nearest: InterfaceLanguage = NEARER_TO_SPANISH.includes(primary) ? "es" : "en";
  return m.language_hint_nearest({ language: inSentence(nearest, interfaceLanguage) });
}
