// The search of the whole window (features/palette): whether it is open, and the actions that it offers. The part of the page
// that has the button of an action offers it here, so that both do the same.

import { type ComponentProps, untrack } from "svelte";

import type Icon from "../components/Icon.svelte";
import type { TeamRow } from "../host/types";
import type { ShortcutId } from "../keyboard/shortcuts";
import type { Text } from "../text/words";

/** The name of an icon. */
export type IconName = ComponentProps<typeof Icon>["name"];

/** An action to offer. */
export interface OfferedAction {
  /** Identifies it among the recent choices. */
  id: string;
  text: Text;
  icon: IconName;
  /** Shown after the text. The action is found by it, too. */
  detail?: string;
  shortcut?: ShortcutId;
  run: () => void;
}

/** A former choice: an action or page by its id, or a person. */
export type Choice = { id: string; person?: TeamRow };

/** How many former choices are offered. */
const MAX_RECENT = 4;

/** The state of the search that outlives its dialog. */
export class PaletteState {
  isOpen = $state(false);
  /** The last choices, the latest first. Only for as long as the window is open. */
  recent = $state.raw<readonly Choice[]>([]);
  #sources = $state.raw<readonly (() => readonly OfferedAction[])[]>([]);

  /** The actions that are possible now. */
  get actions(): OfferedAction[] {
    return this.#sources.flatMap((source) => source());
  }

  open = (): void => {
    this.isOpen = true;
  };

  close = (): void => {
    this.isOpen = false;
  };

  /** Offers the actions that `source` returns. Returns a function that withdraws them. */
  offer(source: () => readonly OfferedAction[]): () => void {
    // Called in effects, which must not run again when another part of the page offers its actions.
    this.#sources = [...untrack(() => this.#sources), source];
    return () => (this.#sources = untrack(() => this.#sources).filter((other) => other !== source));
  }

  /** Remembers a choice. */
  remember(choice: Choice): void {
    this.recent = [choice, ...this.recent.filter(({ id }) => id !== choice.id)].slice(0, MAX_RECENT);
  }
}
