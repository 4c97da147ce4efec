// What the language field says about Lapel itself.

import type { InterfaceLanguage, LanguagePreference } from "../host/types";
import * as m from "../paraglide/messages";
import { languageName } from "./languages";

/** What Lapel speaks. Where a profile holds no language, it follows the system's. */
const SPOKEN = ["", "en", "es"];

/** A language within a sentence: Spanish writes it small, which Intl does not everywhere. */
function inSentence(tag: string, interfaceLanguage: InterfaceLanguage): string {
  const name = languageName(tag, interfaceLanguage);
  return interfaceLanguage === "es" ? name.toLocaleLowerCase("es") : name;
}

/** Whether the interface follows the chosen language, one of those on offer, and what it speaks where it cannot. */
export function languageHint(preference: LanguagePreference, tag: string, interfaceLanguage: InterfaceLanguage): string {
  if (preference !== "profile") return m.language_hint_fixed({ language: inSentence(preference, interfaceLanguage) });
  return SPOKEN.includes(tag) ? m.language_hint() : m.language_hint_english();
}
