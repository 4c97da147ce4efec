// The organization whose team is open. Pure.

import type { TeamOrganization, TeamView } from "../../host/types";

/** The organization of the open team; none while no team is open. */
export const openOrganization = (view: TeamView | null): TeamOrganization | undefined =>
  view?.organizations.find(({ id }) => id === view.organization);

/** Its name; empty while no team is open. */
export const organizationName = (view: TeamView | null): string => openOrganization(view)?.name ?? "";
