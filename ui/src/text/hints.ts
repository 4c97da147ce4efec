// The hint at the language field: in which language Lapel itself is shown.

import type { InterfaceLanguage, LanguagePreference } from "../host/types";
import * as m from "../paraglide/messages";
import { languageName } from "./languages";

/** Profile languages that Lapel is shown in. Empty: the profile has no language, and Lapel uses that of the system. */
const SUPPORTED = ["", "en", "es"];

/** A language name within a sentence. Spanish writes it in lower case, but Intl does not do so on every system. */
function inSentence(tag: string, interfaceLanguage: InterfaceLanguage): string {
  const name = languageName(tag, interfaceLanguage);
  return interfaceLanguage === "es" ? name.toLocaleLowerCase("es") : name;
}

/** The language that Lapel is shown in if the profile has the language `tag`. */
export function languageHint(preference: LanguagePreference, tag: string, interfaceLanguage: InterfaceLanguage): string {
  if (preference !== "profile") return m.language_hint_fixed({ language: inSentence(preference, interfaceLanguage) });
  return SUPPORTED.includes(tag) ? m.language_hint() : m.language_hint_english();
}
