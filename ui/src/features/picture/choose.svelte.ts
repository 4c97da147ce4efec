// The ways to a picture: each opens it in the editor, and from there it goes into the form.

import { form } from "../../form/form.svelte";
import type { TypedForm } from "../../form/typed.svelte";
import {
  addToPicture, closePicture, openClipboardPicture, openDroppedPicture, FIRST_PIECE, openPicture, PIECE, reopenPicture,
} from "../../host/commands";
import { asAppError } from "../../host/failure";
import type { AppError, ErrorDetails, OpenedPicture } from "../../host/types";
import { app } from "../../state/app.svelte";
import { newest } from "../../state/newest";
import { Editor } from "./editor.svelte";
import { lookOf } from "./look.svelte";

/** Largest file that is read at all, in bytes; the same limit as the shell's, kept here to spare the memory. */
export const LARGEST_FILE = 64 * 1024 * 1024;

/** Files from this size on take so long that the editor opens before their picture is there, in bytes. */
export const LARGE_FILE = 3 * 1024 * 1024;

/** Kinds of pictures that the file dialog offers. */
export const ACCEPTED = "image/jpeg,image/png,image/webp,image/gif,image/bmp,image/tiff";

/** The bytes of a part of a file. Rejects with an AppError. */
async function bytesOf(part: Blob): Promise<Uint8Array> {
  try {
    return new Uint8Array(await part.arrayBuffer());
  } catch (caught) {
    const unreadable: AppError = { code: "notAPicture", message: String(caught), details: {} as ErrorDetails };
    throw unreadable;
  }
}

/** Files so far: the pieces of two must not mix. */
let files = 0;

/** Opens a file; a large one tells when it is handed over, and only its decoding is waited for. Rejects with an AppError. */
async function read(whole: Blob, handed: () => void): Promise<OpenedPicture> {
  if (whole.size > LARGEST_FILE) {
    const tooLarge: AppError = { code: "pictureTooLarge", message: "the file is too large", details: {} as ErrorDetails };
    throw tooLarge;
  }
  const file = (files += 1);
  let at = 0;
  let piece = await bytesOf(whole.slice(0, FIRST_PIECE));
  for (let next = FIRST_PIECE; next < whole.size; next += PIECE) {
    // The next one is read while this one is on its way.
    [, piece] = await Promise.all([addToPicture({ file, at }, piece), bytesOf(whole.slice(next, next + PIECE))]);
    at = next;
  }
  const opening = openPicture({ file, at }, piece);
  // The page has nothing to do until the answer is there; before, it would hold the file up.
  if (whole.size >= LARGE_FILE) handed();
  return opening;
}

/** The choice of a picture, wherever it comes from; the newest one counts. */
export class Chooser {
  /** Whether a picture is being opened. */
  preparing = $state(false);
  /** Whether the editor is open for a picture that is still on its way. */
  awaiting = $state(false);
  editor = $state.raw<Editor | null>(null);
  #begin = newest();
  /** What is being opened. */
  #opening: Promise<void> = Promise.resolve();

  /** For the profile, unless another form is named. */
  constructor(private readonly into: TypedForm = form) {}

  /** Takes a file. */
  choose(file: Blob): Promise<void> {
    return this.#open((handed) => read(file, handed));
  }

  /** Takes what was dropped on the window. */
  dropped(): Promise<void> {
    return this.#open(openDroppedPicture);
  }

  /** Takes the picture on the clipboard, if there is one. */
  clipboard(): Promise<void> {
    return this.#open(openClipboardPicture);
  }

  /** Takes the form's picture once more. */
  async again(): Promise<void> {
    const { picture } = this.into;
    if (picture) await this.#open(() => reopenPicture(picture.id));
  }

  /** Takes an address. */
  async address(url: string): Promise<void> {
    this.stop();
    this.into.typeUrl(url);
    await lookOf(this.into).look();
  }

  /** "Use picture". */
  async use(): Promise<void> {
    const { editor } = this;
    const prepared = await editor?.use();
    // It may have been cancelled meanwhile.
    if (!editor || !prepared || this.editor !== editor) return;
    editor.end();
    this.editor = null;
    this.into.type("picture", { kind: "held", id: prepared.picture.id });
  }

  /** Back without it. */
  cancel(): void {
    const { editor } = this;
    this.editor = null;
    editor?.end();
    this.#close(editor?.opened);
  }

  /** Back without it, and without what is being opened. */
  stop(): void {
    this.#begin();
    this.#opening = Promise.resolve();
    this.preparing = false;
    this.awaiting = false;
    this.cancel();
  }

  /** The window is about to close: what was chosen or cut goes into the form; whether it did, or there was nothing. */
  async finish(): Promise<boolean> {
    await this.#opening;
    await this.use();
    return this.editor === null;
  }

  /** Closes the editor; without a picture in it, there is one to stop. */
  leave(): void {
    if (this.editor) this.cancel();
    else this.stop();
  }

  /** What is wrong with a picture is said at the file. Until the new one is there, the one before stays in the editor. */
  #open(load: (handed: () => void) => Promise<OpenedPicture | null>): Promise<void> {
    return (this.#opening = this.#openNow(load));
  }

  async #openNow(load: (handed: () => void) => Promise<OpenedPicture | null>): Promise<void> {
    const isNewest = this.#begin();
    this.preparing = true;
    this.awaiting = false;
    this.into.fail("file", null);
    try {
      const opened = await load(() => {
        if (isNewest()) this.awaiting = true;
      });
      if (!isNewest()) return this.#close(opened);
      if (opened) {
        // Loads while the editor is being made.
        new Image().src = app.boot.pictureOrigin + opened.id;
        this.#show(new Editor(opened));
      }
    } catch (caught) {
      if (!isNewest()) return;
      this.cancel();
      this.into.fail("file", asAppError(caught));
    }
    this.preparing = false;
    this.awaiting = false;
  }

  #show(editor: Editor): void {
    const before = this.editor;
    this.editor = editor;
    before?.end();
    this.#close(before?.opened);
  }

  /** The shell may forget it, unless it is in the editor under the same name. */
  #close(opened: OpenedPicture | null | undefined): void {
    if (!opened || opened.id === this.editor?.opened.id) return;
    // Nothing comes of a failure here but that it is kept a little longer.
    closePicture(opened.id).catch(() => {});
  }
}
