// Language names, in the language itself and in the interface language; sorting and searching them. Pure.

import { INTERFACE_LANGUAGES } from "../state/locale.svelte";

/** A language in the list of the language field. */
interface LanguageOption {
  /** BCP 47 tag. */
  tag: string;
  /** Its name in the language itself, or the tag if Intl has no name. */
  nativeName: string;
  /** Its name in the interface language, or the tag if Intl has no name. */
  localName: string;
  /** Whether the server accepts it. */
  offered: boolean;
}

/** Whether the server accepts this language. An empty tag, which means that no language is set, is accepted, too. */
export const isOffered = (offered: readonly string[], tag: string): boolean => tag === "" || offered.includes(tag);

/** A language's name in the language `locale`; the tag if Intl has no name for it or the tag is invalid. */
function languageName(tag: string, locale: string): string {
  try {
    return new Intl.DisplayNames([locale], { type: "language", fallback: "code" }).of(tag) ?? tag;
  } catch {
    // RangeError: a profile may contain an invalid tag. Show it as it is.
    return tag;
  }
}

function capitalized(text: string, tag: string): string {
  const [first = "", ...rest] = [...text];
  try {
    return first.toLocaleUpperCase(tag) + rest.join("");
  } catch {
    return text;
  }
}

/** A language's name in itself, capitalized. */
export const nativeName = (tag: string): string => capitalized(languageName(tag, tag), tag);

/** A language's name in the language `locale`, capitalized for use outside of a sentence. */
export const localName = (tag: string, locale: string): string => capitalized(languageName(tag, locale), locale);

/**
 * The offered languages as options, sorted by their name in the interface language. After them, the languages `inUse`
 * that are no longer offered, so that the user sees their current language and can return to it.
 */
export function languageOptions(offered: readonly string[], inUse: readonly string[], locale: string): LanguageOption[] {
  const collator = new Intl.Collator(locale);
  const options = (tags: readonly string[]): LanguageOption[] =>
    tags
      .map((tag) => ({
        tag,
        nativeName: nativeName(tag),
        localName: localName(tag, locale),
        offered: isOffered(offered, tag),
      }))
      .sort((a, b) => collator.compare(a.localName, b.localName) || collator.compare(a.tag, b.tag));
  return [...options(offered), ...options([...new Set(inUse)].filter((tag) => !isOffered(offered, tag)))];
}

/** Removes case, accents and marks, so that "espanol" finds "Español". */
function folded(text: string): string {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
}

/** Scripts without spaces between words: a match inside a name counts like a match at the start of a word. */
const WITHOUT_SPACES = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u;

/** How well a name matches the search: 0 the whole name, 1 its beginning, 2 the beginning of a word, 3 no match. */
function rank(name: string, query: string): number {
  const text = folded(name);
  if (text === query) return 0;
  if (text.startsWith(query)) return 1;
  const inside = WITHOUT_SPACES.test(query) ? text.includes(query) : text.split(/[\s(,]+/u).some((word) => word.startsWith(query));
  return inside ? 2 : 3;
}

/** The options whose names match the search, best matches first. */
function matching(options: readonly LanguageOption[], query: string, names: (option: LanguageOption) => string[]): LanguageOption[] {
  return options
    .map((option) => ({ option, best: Math.min(...names(option).map((name) => rank(name, query))) }))
    .filter(({ best }) => best < 3)
    .sort((a, b) => a.best - b.best)
    .map(({ option }) => option);
}

/**
 * The options with a name or a tag that matches the search, best matches first. If there is none, those with a matching
 * name in another language of the interface: whoever does not understand the shown one looks for "Spanish".
 */
export function searchLanguages(options: readonly LanguageOption[], typed: string): LanguageOption[] {
  const query = folded(typed.trim());
  if (query === "") return [...options];
  const found = matching(options, query, ({ nativeName, localName, tag }) => [nativeName, localName, tag]);
  if (found.length > 0) return found;
  return matching(options, query, ({ tag }) => INTERFACE_LANGUAGES.map((locale) => languageName(tag, locale)));
}
