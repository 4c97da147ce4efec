// The options of a tag field. Pure.

/** An option: a tag that is in use, or the typed text as a new one. */
export interface TagOption {
  tag: string;
  isNew: boolean;
  /** The parts of the tag that the typed text found. */
  marks: [number, number][];
  /** Whether it is a tag in use that differs from the typed text only in case or accents. */
  isSimilar: boolean;
  /** For a new tag: a tag in use, or of the person, from which it differs only in this. */
  similar: string | null;
}

/** How many options are shown at once. Typing finds the others. */
const MAX_OPTIONS = 50;

/** A typed tag without the spaces around it. */
export const typedTag = (text: string): string => text.trim().normalize("NFC");

/** A tag without its case, accents and Unicode form. */
const folded = (tag: string): string => tag.trim().normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

/** The first of the tags that differs from a tag only in case, accents or Unicode form; null if none does, or if it is one of them. */
export function similarTag(tag: string, tags: readonly string[]): string | null {
  if (tag === "" || tags.includes(tag)) return null;
  const wanted = folded(tag);
  return tags.find((other) => folded(other) === wanted) ?? null;
}

/**
 * The options for a typed text: the tags that contain it and are not chosen yet, those that look alike first. `offersNew`:
 * whether a tag that is not in use can be added.
 */
export function tagOptions(suggestions: readonly string[], chosen: readonly string[], text: string, offersNew: boolean, locale: string): TagOption[] {
  const typed = typedTag(text);
  const wanted = typed.toLocaleLowerCase(locale);
  const open = suggestions.filter((tag) => !chosen.includes(tag));
  const found = open.flatMap((tag): TagOption[] => {
    const start = tag.toLocaleLowerCase(locale).indexOf(wanted);
    const isSimilar = similarTag(typed, [tag]) !== null;
    if (start < 0 && !isSimilar) return [];
    return [{ tag, isNew: false, marks: start < 0 || wanted === "" ? [] : [[start, start + wanted.length]], isSimilar, similar: null }];
  });
  const rank = ({ tag, isSimilar }: TagOption): number => (tag === typed ? 2 : Number(isSimilar));
  found.sort((a, b) => rank(b) - rank(a));
  const known = [...suggestions, ...chosen];
  const added: TagOption[] =
    offersNew && typed !== "" && !known.includes(typed) ? [{ tag: typed, isNew: true, marks: [], isSimilar: false, similar: similarTag(typed, known) }] : [];
  return [...found.slice(0, MAX_OPTIONS), ...added];
}
