// Names of languages: in the language itself and in the interface's, sorted and searched. Pure.

/** A profile language in the list. */
export interface LanguageOption {
  /** BCP 47 tag. */
  tag: string;
  /** Its name in the language itself, else the tag. */
  own: string;
  /** Its name in the interface's language, else the tag. */
  local: string;
  /** Whether the service takes it. */
  offered: boolean;
}

/** Whether the service takes this language; none at all is none that it refuses. */
export const isOffered = (offered: readonly string[], tag: string): boolean => tag === "" || offered.includes(tag);

/** A language's name in another one; the tag where Intl knows none or refuses the tag. */
export function languageName(tag: string, locale: string): string {
  try {
    return new Intl.DisplayNames([locale], { type: "language", fallback: "code" }).of(tag) ?? tag;
  } catch {
    // RangeError: the profile may hold what is no tag at all, and then that is its name.
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

/** A language's name in the interface's language, as it stands alone. */
export const localName = (tag: string, locale: string): string => capitalized(languageName(tag, locale), locale);

/**
 * The languages on offer as options, in the order of the interface language. What is `held` and no longer on offer follows
 * them, so that a person sees what they have and can go back to it.
 */
export function languageOptions(offered: readonly string[], held: readonly string[], locale: string): LanguageOption[] {
  const order = new Intl.Collator(locale);
  const options = (tags: readonly string[]): LanguageOption[] =>
    tags
      .map((tag) => ({
        tag,
        own: capitalized(languageName(tag, tag), tag),
        local: localName(tag, locale),
        offered: isOffered(offered, tag),
      }))
      .sort((a, b) => order.compare(a.local, b.local) || order.compare(a.tag, b.tag));
  return [...options(offered), ...options([...new Set(held)].filter((tag) => !isOffered(offered, tag)))];
}

/** Without case, accents and marks, so that "espanol" finds "Español". */
function folded(text: string): string {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
}

/** Scripts that write words without spaces between them, where any place is as good as the beginning. */
const WITHOUT_SPACES = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u;

/** How well a name answers to what was typed: 0 is the name itself, 1 its beginning, 2 one of its words; 3 is not at all. */
function rank(name: string, wanted: string): number {
  const text = folded(name);
  if (text === wanted) return 0;
  if (text.startsWith(wanted)) return 1;
  const within = WITHOUT_SPACES.test(wanted) ? text.includes(wanted) : text.split(/[\s(,]+/u).some((word) => word.startsWith(wanted));
  return within ? 2 : 3;
}

/** The options that answer to what was typed by one of their names or by their tag, the best first. */
export function searchLanguages(options: readonly LanguageOption[], typed: string): LanguageOption[] {
  const wanted = folded(typed.trim());
  if (wanted === "") return [...options];
  return options
    .map((option) => ({ option, best: Math.min(...[option.own, option.local, option.tag].map((name) => rank(name, wanted))) }))
    .filter(({ best }) => best < 3)
    .sort((a, b) => a.best - b.best)
    .map(({ option }) => option);
}
