// Every rejection of a command as an AppError, whatever the host really threw.

import type { AppError, ErrorDetails } from "./types";

const NO_DETAILS = {} as ErrorDetails;

function isAppError(value: unknown): value is AppError {
  return typeof value === "object" && value !== null && "code" in value && typeof value.code === "string";
}

/** An AppError for what was caught; `internal` for what is none, such as a command the shell refuses. */
export function asAppError(caught: unknown): AppError {
  if (isAppError(caught)) return { ...caught, details: caught.details ?? NO_DETAILS };
  return { code: "internal", message: caught instanceof Error ? caught.message : String(caught), details: NO_DETAILS };
}
