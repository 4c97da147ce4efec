// Finds words in a short text, such as the name of an action. Case and accents do not count.

/** Start and end of a match, in UTF-16 code units. */
type Range = readonly [number, number];

const fold = (text: string): string => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

/** The words of what was typed, folded. Punctuation separates them, as in the name of an action. */
export const typedWords = (typed: string): string[] => fold(typed).split(/[^\p{L}\p{N}]+/u).filter(Boolean);

/** The words of a text with their positions. */
function wordsOf(text: string): { word: string; start: number }[] {
  return [...text.matchAll(/[\p{L}\p{N}\p{M}]+/gu)].map(({ 0: word, index }) => ({ word, start: index }));
}

/** How many code units of `word` the folded `beginning` covers; 0 if the word does not begin with it. */
function coveredLength(word: string, beginning: string): number {
  let length = 0;
  let folded = "";
  for (const character of word) {
    // Marks after the last letter belong to it.
    if (folded.length >= beginning.length && fold(character) !== "") break;
    folded += fold(character);
    length += character.length;
  }
  return folded.startsWith(beginning) ? length : 0;
}

/** The matches of all words, in order; null if one of them begins no word of the text. `words`: see `typedWords`. */
export function matchWords(text: string, words: readonly string[]): Range[] | null {
  const candidates = wordsOf(text);
  const ranges: Range[] = [];
  for (const typed of words) {
    const found = candidates
      .map(({ word, start }): Range => [start, start + coveredLength(word, typed)])
      .filter(([start, end]) => end > start);
    if (found.length === 0) return null;
    ranges.push(...found);
  }
  return ranges.sort(([a], [b]) => a - b);
}
