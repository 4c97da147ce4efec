// The tags that are in use in the team, to choose from.

import { teamTags } from "../../../host/commands";

/** The tags that are in use. */
export class TagSuggestions {
  tags = $state.raw<readonly string[]>([]);

  /** Reads the tags. If that fails, the last known ones stay: a tag can be typed as well. */
  async load(): Promise<void> {
    try {
      this.tags = (await teamTags()).tags;
    } catch {
      // The change itself reports why the server cannot be reached.
    }
  }
}
