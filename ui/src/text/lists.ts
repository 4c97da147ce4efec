// Several texts in one, in the interface language.

import { formattingLocale } from "../state/locale.svelte";

/** Languages that put no space between sentences. */
const WITHOUT_SPACES = ["ja", "zh"];

const isWithoutSpaces = (): boolean => WITHOUT_SPACES.includes(formattingLocale().split("-")[0] ?? "");

/** What stands between two texts of a list, by locale. Kept, because Intl is slow and each row of the team has a list. */
const separators = new Map<string, string>();

function separatorOf(locale: string): string {
  let separator = separators.get(locale);
  if (separator === undefined) {
    // What is between the first two of three texts. The lists of Intl without a word have not even a space in Chinese.
    const parts = new Intl.ListFormat(locale, { type: "conjunction" }).formatToParts(["1", "2", "3"]);
    separator = parts[1]?.value ?? ", ";
    separators.set(locale, separator);
  }
  return separator;
}

/** Texts as a list in one text, without a word such as "and". */
export const listOf = (texts: readonly string[]): string => texts.join(separatorOf(formattingLocale()));

/** Parts of a sentence in one text. */
export const clausesOf = (clauses: readonly string[]): string => clauses.join(isWithoutSpaces() ? "，" : ", ");

/** What stands between two sentences. */
export const sentenceSpace = (): string => (isWithoutSpaces() ? "" : " ");

/** Sentences in one text, without the empty ones. */
export const sentencesOf = (...sentences: readonly string[]): string => sentences.filter((sentence) => sentence !== "").join(sentenceSpace());
