// A chosen file on its way to the shell.

import { preparePicture } from "../../host/commands";
import type { AppError, ErrorDetails, PreparedPicture } from "../../host/types";

/** Largest file that is read at all, in bytes; the same limit as the shell's, kept here to spare the memory. */
export const LARGEST_FILE = 64 * 1024 * 1024;

/** Kinds of pictures that the file dialog offers. */
export const ACCEPTED = "image/jpeg,image/png,image/webp,image/gif";

/** Prepares a chosen file. Rejects with an AppError. */
export async function prepare(file: Blob): Promise<PreparedPicture> {
  if (file.size > LARGEST_FILE) {
    const tooLarge: AppError = { code: "pictureTooLarge", message: "the file is too large", details: {} as ErrorDetails };
    throw tooLarge;
  }
  return preparePicture(new Uint8Array(await file.arrayBuffer()));
}
