// The interface language as a signal: every text read in a template follows it, without a reload and without
// rebuilding anything that holds typed text.

import type { InterfaceLanguage } from "../host/types";
import { overwriteGetLocale } from "../paraglide/runtime";

let current = $state<InterfaceLanguage>("en");

overwriteGetLocale(() => current);

/** The interface language now. */
export const interfaceLanguage = (): InterfaceLanguage => current;

// Once for each language: the list of the system's is made anew whenever it is read.
const formatting = $derived(navigator.languages.find((tag) => tag.split("-")[0] === current) ?? current);

/** Switches every text at once. */
export function setInterfaceLanguage(language: InterfaceLanguage): void {
  current = language;
  document.documentElement.lang = language;
}

/** The tag for Intl: the system's own variety of the interface language where there is one (es-MX, en-GB). */
export const formattingLocale = (): string => formatting;
