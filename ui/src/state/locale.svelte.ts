// The interface language as reactive state: when it changes, all texts in templates update in place. No component is
// created again, so typed text is not lost.

import type { InterfaceLanguage } from "../host/types";
import { overwriteGetLocale } from "../paraglide/runtime";

let current = $state<InterfaceLanguage>("en");

overwriteGetLocale(() => current);

/** The current interface language. */
export const interfaceLanguage = (): InterfaceLanguage => current;

// Derived, so that it is computed once per language: the browser builds a new list at each read of navigator.languages.
const formatting = $derived(navigator.languages.find((tag) => tag.split("-")[0] === current) ?? current);

/** Switches all texts to another language. */
export function setInterfaceLanguage(language: InterfaceLanguage): void {
  current = language;
  // Only if it differs: the web view computes all styles again when it is set.
  if (document.documentElement.lang !== language) document.documentElement.lang = language;
}

/** The locale for Intl: the system's regional variant of the interface language (es-MX, en-GB), if there is one. */
export const formattingLocale = (): string => formatting;
