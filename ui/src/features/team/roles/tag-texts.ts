// Texts about changes of tags. Pure except for the interface language.

import type { TagsChanged } from "../../../host/types";
import * as m from "../../../messages";
import { formattingLocale } from "../../../state/locale.svelte";

/** The tags of a text of the shell: a list in JSON (see `BatchRow.from`). */
export function tagList(json: string): string[] {
  const list: unknown = JSON.parse(json);
  return Array.isArray(list) ? list.filter((tag) => typeof tag === "string") : [];
}

/** Tags as a list for use within a sentence. */
export const quotedTags = (tags: readonly string[]): string =>
  new Intl.ListFormat(formattingLocale(), { type: "conjunction" }).format(tags.map((text) => m.quoted({ text })));

/** What a change does, such as "Add “Design”; remove “Sales”"; empty if it does nothing. */
export function tagsChangeText({ add, remove }: { add: readonly string[]; remove: readonly string[] }): string {
  const inputs = { added: quotedTags(add), removed: quotedTags(remove) };
  if (remove.length === 0) return add.length === 0 ? "" : m.tags_add(inputs);
  return add.length === 0 ? m.tags_remove(inputs) : m.tags_add_remove(inputs);
}

/** Whether a change of tags has changed something. Otherwise somebody else had made it before. */
export const hasChangedTags = ({ added, removed }: TagsChanged): boolean => added.length + removed.length > 0;

/** What was changed about one person. */
export function tagsChangedText(changed: TagsChanged): string {
  const { name, added, removed } = changed;
  if (!hasChangedTags(changed)) return m.tags_already({ name });
  const inputs = { name, added: quotedTags(added), removed: quotedTags(removed) };
  if (removed.length === 0) return m.tags_added(inputs);
  return added.length === 0 ? m.tags_removed(inputs) : m.tags_added_removed(inputs);
}

/** What an undo has changed about one person. */
export const tagsUndoneText = (changed: TagsChanged): string =>
  hasChangedTags(changed) ? m.tags_undone({ change: tagsChangedText(changed) }) : tagsChangedText(changed);
