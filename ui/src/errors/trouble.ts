// Why the page does not show or send what it should, where more decides about the words than the failure alone.

import type { AppError, SyncView } from "../host/types";
import * as m from "../paraglide/messages";
import { errorText, isUnheard } from "./table";

/** Whether the failure means that there is no way to the server. */
export const isOffline = (error: AppError): boolean => error.code === "network" || error.code === "unknownServer";

/** The reason in a few words, for the foot of the side bar and the form; empty where there is none, or where a note on the page says it already. */
export function troubleText({ state, error, signInHelps }: SyncView): string {
  if (state === "signedOut") return m.sync_signedOut();
  if (!error) return state === "waitingForNetwork" ? m.sync_waitingForNetwork() : "";
  if (error.code === "personGone" || signInHelps) return "";
  return isOffline(error) ? m.sync_waitingForNetwork() : errorText(error);
}

/** What is in the way of a sign-in, or of a session that has not ended. The network's own sign-in may be it, and comes first. */
export const signInTroubleText = (error: AppError): string =>
  error.code === "between" || error.code === "redirected" ? `${errorText(error)} ${m.error_between_signIn()}` : errorText(error);

/** Why the own role was not changed. Where the answer may be all that was lost, the next one tells: `heard`, once it has come. */
export function roleTroubleText(error: AppError, heard: boolean): string {
  if (!isUnheard(error)) return errorText(error);
  return `${errorText(error)} ${heard ? m.own_role_not_changed() : m.role_unheard()}`;
}
