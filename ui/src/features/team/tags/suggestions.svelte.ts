// The tags to choose from: those in use in the team, and those of the selected people.

import { teamTags } from "../../../host/commands";
import type { FacetCount, TeamQuery } from "../../../host/types";

/** The tags to choose from. */
export class TagSuggestions {
  /** The tags that are in use. */
  tags = $state.raw<readonly string[]>([]);
  /** The tags of the selected people, with their number. */
  selected = $state.raw<readonly FacetCount[]>([]);

  /** Reads the tags in use. If that fails, the last known ones stay: a tag can be typed as well. */
  async load(): Promise<void> {
    await this.#read(null);
  }

  /** Reads also the tags of the selected people that a query finds. */
  async loadSelected(query: TeamQuery): Promise<void> {
    this.selected = [];
    await this.#read(query);
  }

  async #read(query: TeamQuery | null): Promise<void> {
    try {
      const { tags, selected } = await teamTags(query);
      this.tags = tags;
      if (query) this.selected = selected;
    } catch {
      // The change itself reports why the server cannot be reached.
    }
  }
}
