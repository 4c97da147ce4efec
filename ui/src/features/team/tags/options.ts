// The options of a tag field. Pure.

/** An option: a tag that is in use, or the typed text as a new one. */
export interface TagOption {
  tag: string;
  isNew: boolean;
  /** The parts of the tag that the typed text found. */
  marks: [number, number][];
}

/** How many options are shown at once. Typing finds the others. */
const MAX_OPTIONS = 50;

/** A typed tag without the spaces around it. */
export const typedTag = (text: string): string => text.trim().normalize("NFC");

/**
 * The options for a typed text: the tags that contain it and are not chosen yet. `offersNew`: whether a tag that is not in use
 * can be added.
 */
export function tagOptions(suggestions: readonly string[], chosen: readonly string[], text: string, offersNew: boolean, locale: string): TagOption[] {
  const typed = typedTag(text);
  const wanted = typed.toLocaleLowerCase(locale);
  const open = suggestions.filter((tag) => !chosen.includes(tag));
  const found = open.flatMap((tag): TagOption[] => {
    const start = tag.toLocaleLowerCase(locale).indexOf(wanted);
    return start < 0 ? [] : [{ tag, isNew: false, marks: wanted === "" ? [] : [[start, start + wanted.length]] }];
  });
  const isKnown = suggestions.includes(typed) || chosen.includes(typed);
  const added: TagOption[] = offersNew && typed !== "" && !isKnown ? [{ tag: typed, isNew: true, marks: [] }] : [];
  return [...found.slice(0, MAX_OPTIONS), ...added];
}
