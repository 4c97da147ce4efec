// What the page says while not everybody in the team has been loaded. Counts, searches, selections and exports then contain
// only the people who were.

import type { TeamPartial, TeamView } from "../../host/types";
import * as m from "../../messages";

/** How much of the team was loaded; null if everybody was, or nobody yet, which the page says in place of the list. */
export const partOf = (view: TeamView | null | undefined): TeamPartial | null => (view?.partial && view.partial.loaded > 0 ? view.partial : null);

/** For example "12,000 of about 100,000 people loaded". */
export function loadedText({ loaded, expected }: TeamPartial): string {
  return expected === null ? m.team_loaded_some({ count: loaded }) : m.team_loaded_of({ loaded, count: expected });
}
