// A chosen file on its way through the shell and the person's eyes into the form.

import { form } from "../../form/form.svelte";
import type { TypedForm } from "../../form/typed.svelte";
import { preparePicture } from "../../host/commands";
import { asAppError } from "../../host/failure";
import type { AppError, ErrorDetails, PreparedPicture } from "../../host/types";
import { newest } from "../../state/newest";

/** Largest file that is read at all, in bytes; the same limit as the shell's, kept here to spare the memory. */
export const LARGEST_FILE = 64 * 1024 * 1024;

/** Kinds of pictures that the file dialog offers. */
export const ACCEPTED = "image/jpeg,image/png,image/webp,image/gif";

/** Prepares a chosen file. Rejects with an AppError. */
async function prepare(file: Blob): Promise<PreparedPicture> {
  if (file.size > LARGEST_FILE) {
    const tooLarge: AppError = { code: "pictureTooLarge", message: "the file is too large", details: {} as ErrorDetails };
    throw tooLarge;
  }
  return preparePicture(new Uint8Array(await file.arrayBuffer()));
}

/** The choice of a file; the newest one counts. */
export class FileChoice {
  preparing = $state(false);
  /** What the person is asked about. */
  prepared = $state.raw<PreparedPicture | null>(null);
  #begin = newest();

  /** For the profile, unless another form is named. */
  constructor(private readonly into: TypedForm = form) {}

  /** Takes a file. What is wrong with it is said at the file. */
  async choose(file: Blob): Promise<void> {
    const isNewest = this.#begin();
    this.preparing = true;
    this.prepared = null;
    this.into.fail("file", null);
    try {
      const prepared = await prepare(file);
      if (isNewest()) this.prepared = prepared;
    } catch (caught) {
      if (isNewest()) this.into.fail("file", asAppError(caught));
    }
    if (isNewest()) this.preparing = false;
  }

  /** "Use picture". */
  use(): void {
    if (this.prepared) this.into.type("picture", { kind: "held", id: this.prepared.picture.id });
    this.prepared = null;
  }

  /** Back without it. */
  cancel(): void {
    this.prepared = null;
  }
}
