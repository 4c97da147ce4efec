// What stands in the place of the list. Pure.

import { isOffline } from "../../errors/trouble";
import type { TeamView } from "../../host/types";

/** Why there are no rows to show, or that there are. */
export type Standing =
  | "loading" | "noOrganization" | "forbidden" | "neverOffline" | "never" | "firstReading" | "noMatch" | "nobody" | "list";

/** What is known about the rows. */
export interface Known {
  /** Rows that the shown query finds; null before the first answer. */
  found: number | null;
  /** Whether the shown query leaves anybody out. */
  filtered: boolean;
  /** Whether there is no way to the server, as far as is known. */
  offline: boolean;
}

function withoutOrganization({ organizations, refreshing, error }: TeamView): Standing {
  if (error) return "never";
  return refreshing || organizations.length > 0 ? "loading" : "noOrganization";
}

function withoutRows({ refreshing, error, asOf }: TeamView, offline: boolean): Standing {
  if (refreshing) return "firstReading";
  if (error?.code === "forbidden") return "forbidden";
  if (asOf !== null) return "nobody";
  return offline || (error && isOffline(error)) ? "neverOffline" : "never";
}

/** What stands in the place of the list. */
export function standing(view: TeamView | null, { found, filtered, offline }: Known): Standing {
  if (!view?.loaded) return "loading";
  if (view.organization === null) return withoutOrganization(view);
  if (view.total === 0) return withoutRows(view, offline);
  if (found === null) return "loading";
  if (found > 0) return "list";
  return filtered ? "noMatch" : "nobody";
}
