// The search of the whole window while its dialog is open: the typed text, what it finds, and the active line.

import { findPeople } from "../../host/commands";
import { asAppError } from "../../host/failure";
import type { AppError, FoundPeople } from "../../host/types";
import type { OfferedAction, PaletteState } from "../../state/palette.svelte";
import { staleGuard } from "../../state/stale-guard";
import { type Group, groupsFor, type Option } from "./options";

const NOBODY: FoundPeople = { people: [], total: 0, partial: null };

/** The search. */
export class PaletteSearch {
  text = $state("");
  /** The last result for people. It stays until the next one arrives, so that the list does not flicker. */
  found = $state.raw<FoundPeople | null>(null);
  /** Why people cannot be searched. */
  failure = $state.raw<AppError | null>(null);
  activeIndex = $state(0);
  readonly groups: Group[] = $derived.by(() =>
    groupsFor(this.text, { people: this.found?.people ?? [], pages: this.pages(), actions: this.palette.actions, recent: this.palette.recent }),
  );
  readonly options: Option[] = $derived.by(() => this.groups.flatMap(({ options }) => options));
  readonly active: Option | null = $derived.by(() => this.options[this.activeIndex] ?? null);
  readonly #begin = staleGuard();
  /** Resolves when the people for the text have arrived. */
  #arrived: Promise<void> = Promise.resolve();

  /** `pages` returns the pages. */
  constructor(private readonly palette: PaletteState, private readonly pages: () => readonly OfferedAction[]) {}

  /** Searches for a text. */
  type(text: string): void {
    this.text = text;
    this.activeIndex = 0;
    this.#arrived = this.#find(text);
  }

  /** Makes the next line the active one, or the previous one with -1. After the last one comes the first one. */
  move(by: 1 | -1): void {
    const count = this.options.length;
    if (count > 0) this.activeIndex = (this.activeIndex + by + count) % count;
  }

  /** The chosen line: waits for the result of what was typed last, so that a quick Enter does not choose an earlier one. */
  async choice(): Promise<Option | null> {
    await this.#arrived;
    return this.active;
  }

  async #find(text: string): Promise<void> {
    const isCurrent = this.#begin();
    if (text.trim() === "") {
      this.found = null;
      this.failure = null;
      return;
    }
    try {
      const found = await findPeople(text);
      if (!isCurrent()) return;
      this.failure = null;
      this.found = found;
    } catch (caught) {
      if (!isCurrent()) return;
      this.failure = asAppError(caught);
      this.found = NOBODY;
    }
  }
}
