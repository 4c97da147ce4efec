// Texts for connection problems, sign-in failures and failed role changes. They depend on more than the error alone.

import type { AppError, SyncView } from "../host/types";
import * as m from "../messages";
import { errorText, isOutcomeUnknown } from "./table";
import { sentencesOf } from "../text/lists";

/** Whether the error means that the server cannot be reached at all. */
export const isOffline = (error: AppError): boolean => error.code === "network" || error.code === "unknownServer";

/**
 * Why the last sync failed, for the account popover and the form. Empty if nothing failed or if a notice
 * (app/notices.ts) already says it.
 */
export function connectivityText({ state, error, signInHelps }: SyncView): string {
  if (state === "signedOut") return m.sync_signedOut();
  if (!error) return state === "waitingForNetwork" ? m.sync_waitingForNetwork() : "";
  if (error.code === "personGone" || signInHelps) return "";
  return isOffline(error) ? m.sync_waitingForNetwork() : errorText(error);
}

/**
 * Why a sign-in failed or the server refuses an existing session. If the cause may be a network that requires its own
 * sign-in (captive portal), the text says so.
 */
export const signInFailureText = (error: AppError): string =>
  error.code === "intermediary" || error.code === "redirected" ? sentencesOf(errorText(error), m.error_intermediary_signIn()) : errorText(error);

/**
 * Why the user's own role was not changed. If the change may have succeeded and only the response was lost, the next read
 * of the profile shows the outcome. `readSince`: whether the profile has been read since the failure.
 */
export function roleFailureText(error: AppError, readSince: boolean): string {
  if (!isOutcomeUnknown(error)) return errorText(error);
  return sentencesOf(errorText(error), readSince ? m.own_role_not_changed() : m.role_unheard());
}
