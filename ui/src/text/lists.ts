// Several texts in one, in the interface language.

import { formattingLocale } from "../state/locale.svelte";

/** Languages that put no space between sentences. */
const WITHOUT_SPACES = ["ja", "zh"];

/** Texts as a list in one text, without a word such as "and". */
export function listOf(texts: readonly string[]): string {
  // What is between the first two of three texts. The lists of Intl without a word have not even a space in Chinese.
  const parts = new Intl.ListFormat(formattingLocale(), { type: "conjunction" }).formatToParts(["1", "2", "3"]);
  return texts.join(parts[1]?.value ?? ", ");
}

/** What stands between two sentences. */
export const sentenceSpace = (): string => (WITHOUT_SPACES.includes(formattingLocale().split("-")[0] ?? "") ? "" : " ");

/** Sentences in one text, without the empty ones. */
export const sentencesOf = (...sentences: readonly string[]): string => sentences.filter((sentence) => sentence !== "").join(sentenceSpace());
