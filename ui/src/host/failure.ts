// Converts rejections of commands to AppError.

import type { AppError, ErrorDetails } from "./types";

const NO_DETAILS = {} as ErrorDetails;

function isAppError(value: unknown): value is AppError {
  return typeof value === "object" && value !== null && "code" in value && typeof value.code === "string";
}

/**
 * The caught value as an AppError. A value that is not one becomes `internal`. For example, Tauri rejects a command that
 * is not allowed with a string.
 */
export function asAppError(caught: unknown): AppError {
  if (isAppError(caught)) return { ...caught, details: caught.details ?? NO_DETAILS };
  return { code: "internal", message: caught instanceof Error ? caught.message : String(caught), details: NO_DETAILS };
}
