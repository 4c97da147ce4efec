// Decides whether the page shows the list or a message instead of it. Pure.

import { isOffline } from "../../errors/connectivity";
import type { TeamView } from "../../host/types";

/** "list", or the reason why there are no rows. */
export type ListState =
  | "loading" | "noOrganization" | "forbidden" | "neverLoadedOffline" | "neverLoaded" | "firstLoad" | "noMatch" | "empty" | "list";

/** What the decision depends on besides the `TeamView`. */
interface ListInputs {
  /** Number of rows in the current result; null before the first response. */
  found: number | null;
  /** Whether the query of the current result has a search or a filter. */
  filtered: boolean;
  /** Whether the last sync failed for lack of a connection. */
  offline: boolean;
}

function withoutOrganization({ organizations, refreshing, error }: TeamView): ListState {
  if (error) return "neverLoaded";
  return refreshing || organizations.length > 0 ? "loading" : "noOrganization";
}

function withoutRows({ refreshing, error, asOf }: TeamView, offline: boolean): ListState {
  if (refreshing) return "firstLoad";
  if (error?.code === "forbidden") return "forbidden";
  if (asOf !== null) return "empty";
  return offline || (error && isOffline(error)) ? "neverLoadedOffline" : "neverLoaded";
}

/** What the page shows where the list belongs. */
export function listState(view: TeamView | null, { found, filtered, offline }: ListInputs): ListState {
  if (!view?.loaded) return "loading";
  if (view.organization === null) return withoutOrganization(view);
  if (view.total === 0) return withoutRows(view, offline);
  if (found === null) return "loading";
  if (found > 0) return "list";
  return filtered ? "noMatch" : "empty";
}
