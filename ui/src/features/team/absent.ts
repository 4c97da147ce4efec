// Whether changes are impossible only for now, because there is no connection or no session. Pure.

import type { TeamReason } from "../../host/types";

/** A reason that passes: the user's rights may be enough. */
export type Absence = Extract<TeamReason, "offline" | "signedOut">;

/** Whether the reason passes. */
export const isAbsent = (reason: TeamReason | null): reason is Absence => reason === "offline" || reason === "signedOut";
