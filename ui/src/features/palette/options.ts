// What the search of the whole window lists: people, pages and actions that match, in groups. Pure.

import type { TeamRow } from "../../host/types";
import type { ShortcutId } from "../../keyboard/shortcuts";
import type { Choice, IconName, OfferedAction } from "../../state/palette.svelte";
import { matchWords, typedWords } from "../../text/word-search";

/** Start and end of a match, in UTF-16 code units. */
type Range = readonly [number, number];

/** The groups, in their order. */
export type OptionGroup = "recent" | "people" | "pages" | "actions";

/** One line of the list. */
export interface Option {
  id: string;
  text: string;
  marks: readonly Range[];
  detail: string;
  detailMarks: readonly Range[];
  icon: IconName | null;
  person: TeamRow | null;
  shortcut: ShortcutId | null;
}

/** A group with its lines; never empty. */
export interface Group {
  group: OptionGroup;
  options: Option[];
}

/** What can be found. */
export interface Findable {
  /** The people that the shell has found for the text, the best matches first. */
  people: readonly TeamRow[];
  pages: readonly OfferedAction[];
  actions: readonly OfferedAction[];
  recent: readonly Choice[];
}

/** The line for a person. The address is there to tell people of the same name apart. */
export const personOption = (person: TeamRow): Option => ({
  id: `person ${person.id}`,
  text: person.name,
  marks: person.nameMarks,
  detail: person.email === person.name ? "" : person.email,
  detailMarks: person.emailMarks,
  icon: null,
  person,
  shortcut: null,
});

/** The line for an action if it matches the words. */
function actionOption(action: OfferedAction, words: readonly string[]): Option | null {
  const { id, icon, detail = "", shortcut = null } = action;
  const text = action.text();
  const all = matchWords(`${text}\n${detail}`, words);
  if (!all) return null;
  const inDetail = ([start, end]: Range): Range => [start - text.length - 1, end - text.length - 1];
  return {
    id, text, detail, icon, shortcut, person: null,
    marks: all.filter(([, end]) => end <= text.length),
    detailMarks: all.filter(([start]) => start > text.length).map(inDetail),
  };
}

const optionsOf = (actions: readonly OfferedAction[], words: readonly string[]): Option[] =>
  actions.map((action) => actionOption(action, words)).filter((option) => option !== null);

/** The groups for a text. Without a text, the recent choices come first, and nobody is listed otherwise. */
export function groupsFor(typed: string, { people, pages, actions, recent }: Findable): Group[] {
  const words = typedWords(typed);
  const offered = [...optionsOf(pages, words), ...optionsOf(actions, words)];
  const recently = words.length > 0 ? [] : recent
    .map(({ id, person }) => (person ? personOption({ ...person, nameMarks: [], emailMarks: [] }) : offered.find((option) => option.id === id)))
    .filter((option) => option !== undefined);
  const without = (options: Option[]) => options.filter(({ id }) => !recently.some((recent) => recent.id === id));
  const groups: Group[] = [
    { group: "recent", options: recently },
    { group: "people", options: words.length > 0 ? people.map(personOption) : [] },
    { group: "pages", options: without(optionsOf(pages, words)) },
    { group: "actions", options: without(optionsOf(actions, words)) },
  ];
  return groups.filter(({ options }) => options.length > 0);
}
