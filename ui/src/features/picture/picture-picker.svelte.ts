// Choosing a picture: from a file, a drop, the clipboard, a URL, or the form's current picture. Except for URLs, the
// picture opens in the editor first, and then goes into the form.

import type { TypedForm } from "../../form/typed.svelte";
import {
  addToPicture, closePicture, openClipboardPicture, openDroppedPicture, FIRST_PIECE_SIZE, openPicture, PIECE_SIZE,
  reopenPicture,
} from "../../host/commands";
import { asAppError } from "../../host/failure";
import type { AppError, ErrorDetails, FoundPicture, OpenedPicture } from "../../host/types";
import { app } from "../../state/app.svelte";
import { staleGuard } from "../../state/stale-guard";
import { Editor } from "./editor.svelte";
import { pictureInHtml } from "./html-picture";
import { watchTyping, whenNotTyping } from "./typing";

/** From this file size on, in bytes, the editor opens before the picture is decoded, because decoding takes long. */
export const LARGE_FILE_SIZE = 3 * 1024 * 1024;

/** The MIME types that the file dialog offers. */
export const ACCEPTED_TYPES = "image/jpeg,image/png,image/heic,image/heif,image/avif,image/webp,image/gif,image/bmp,image/tiff";

/** Reads a part of a file. Rejects with an AppError. */
async function bytesOf(part: Blob): Promise<Uint8Array> {
  try {
    return new Uint8Array(await part.arrayBuffer());
  } catch (caught) {
    const unreadable: AppError = { code: "notAPicture", message: String(caught), details: {} as ErrorDetails };
    throw unreadable;
  }
}

/**
 * Loads a picture: opens it in the shell, or returns its address. `onSent` is called when only the decoding remains.
 * Resolves to null if there is no picture, and rejects with an AppError.
 */
type LoadPicture = (onSent: () => void) => Promise<OpenedPicture | { url: string } | null>;

/** The id of the last file that was sent to the shell. Each file gets a new id, so that their pieces are not mixed. */
let lastFileId = 0;

/**
 * Sends a file to the shell in pieces and opens it. For a large file, calls `onSent` when all pieces are sent and
 * only the decoding remains. Rejects with an AppError.
 */
async function sendFile(whole: Blob, onSent: () => void): Promise<OpenedPicture> {
  // The core checks the size as well. This check avoids reading a huge file.
  if (whole.size > app.boot.limits.pictureBytes) {
    const tooLarge: AppError = { code: "pictureTooLarge", message: "the file is too large", details: {} as ErrorDetails };
    throw tooLarge;
  }
  const file = (lastFileId += 1);
  let offset = 0;
  let piece = await bytesOf(whole.slice(0, FIRST_PIECE_SIZE));
  for (let next = FIRST_PIECE_SIZE; next < whole.size; next += PIECE_SIZE) {
    // Read the next piece while this one is being sent.
    [, piece] = await Promise.all([addToPicture({ file, offset }, piece), bytesOf(whole.slice(next, next + PIECE_SIZE))]);
    offset = next;
  }
  const opening = openPicture({ file, offset }, piece);
  // Not earlier: opening the editor while pieces are being sent would slow them down.
  if (whole.size >= LARGE_FILE_SIZE) onSent();
  return opening;
}

/** Opens a dropped or pasted picture. An address is returned as it is; null if there is no picture. */
async function openFound(found: FoundPicture, onSent: () => void): Promise<OpenedPicture | { url: string } | null> {
  if (found.kind === "opened") return found.picture;
  const source = found.kind === "html" ? pictureInHtml(found.html) : found;
  return source?.kind === "file" ? sendFile(source.file, onSent) : source;
}

/** The picture picker of a form. If pictures are chosen in quick succession, the last one counts. */
export class PicturePicker {
  /** Whether a picture is being opened. */
  preparing = $state(false);
  /** Whether the editor is open but its picture is still being decoded. */
  awaiting = $state(false);
  /** Whether the picture is ready but the editor does not open yet, because the user is typing. */
  waits = $state(false);
  editor = $state.raw<Editor | null>(null);
  /** Lets the waiting picture open now. */
  #endWait = (): void => {};
  /** Whether pictures do not wait, because the form is being saved. */
  #endsWaits = false;
  #begin = staleGuard();
  /** Resolves when the picture being opened is open or has failed. */
  #opening: Promise<void> = Promise.resolve();

  /** `target`: the form that gets the picture. */
  constructor(private readonly target: TypedForm) {}

  /** Opens a file. */
  openFile(file: Blob): Promise<void> {
    return this.#open((onSent) => sendFile(file, onSent));
  }

  /** Opens the file or uses the address that was dropped on the window. */
  openDropped(): Promise<void> {
    return this.#open(async (onSent) => openFound(await openDroppedPicture(), onSent));
  }

  /** Opens the picture on the clipboard, if there is one. `html` is used if the shell finds none. */
  openClipboard(html = ""): Promise<void> {
    return this.#open(async (onSent) => openFound((await openClipboardPicture()) ?? { kind: "html", html }, onSent));
  }

  /** Opens the form's current picture again. */
  async reopen(): Promise<void> {
    const { picture } = this.target;
    if (picture) await this.#open(() => reopenPicture(picture.id));
  }

  /** Puts a URL into the form and loads its preview. */
  async useUrl(url: string): Promise<void> {
    this.abort();
    this.target.typeUrl(url);
    await this.target.urlPreview.load();
  }

  /** "Use picture": crops the picture and puts it into the form. */
  async use(): Promise<void> {
    const { editor } = this;
    const prepared = await editor?.use();
    // The editor may have been closed during the crop.
    if (!editor || !prepared || this.editor !== editor) return;
    editor.dispose();
    this.editor = null;
    this.target.type("picture", { kind: "held", id: prepared.picture.id });
  }

  /** Closes the editor and discards its picture. */
  closeEditor(): void {
    const { editor } = this;
    this.editor = null;
    editor?.dispose();
    this.#discard(editor?.opened);
  }

  /** Closes the editor, and ignores the result of a picture that is still being opened. */
  abort(): void {
    this.#begin();
    this.#endWait();
    this.#opening = Promise.resolve();
    this.preparing = false;
    this.awaiting = false;
    this.closeEditor();
  }

  /**
   * Puts the picture in the editor, or the one being opened, into the form. Returns false if a picture stays in the
   * editor, for example because cropping failed.
   */
  async finish(): Promise<boolean> {
    this.#endsWaits = true;
    this.#endWait();
    await this.#opening;
    this.#endsWaits = false;
    await this.use();
    return this.editor === null;
  }

  /** "Cancel" in the editor: closes it, or aborts opening if its picture is not decoded yet. */
  cancel(): void {
    if (this.editor) this.closeEditor();
    else this.abort();
  }

  /** Opens a picture. Until it is open, the previous one stays in the editor. An error is shown at the file field. */
  #open(load: LoadPicture): Promise<void> {
    return (this.#opening = this.#openNow(load));
  }

  async #openNow(load: LoadPicture): Promise<void> {
    const isCurrent = this.#begin();
    this.#endWait();
    this.preparing = true;
    this.awaiting = false;
    this.target.setFailure("file", null);
    const typing = watchTyping();
    try {
      const opened = await load(() => {
        if (isCurrent() && !typing.isTyping()) this.awaiting = true;
      });
      if (opened && isCurrent() && typing.isTyping()) await this.#waitForTyping();
      if (opened && "url" in opened) return isCurrent() ? this.useUrl(opened.url) : undefined;
      if (!isCurrent()) return this.#discard(opened);
      if (opened) {
        // Start loading the picture while the editor is created.
        new Image().src = app.boot.pictureOrigin + opened.id;
        this.#show(new Editor(opened));
      }
    } catch (caught) {
      if (!isCurrent()) return;
      this.closeEditor();
      this.target.setFailure("file", asAppError(caught));
    } finally {
      typing.stop();
    }
    this.preparing = false;
    this.awaiting = false;
  }

  /** Waits until the user has left the text fields, unless the form is being saved. */
  async #waitForTyping(): Promise<void> {
    if (this.#endsWaits) return;
    const wait = whenNotTyping();
    this.#endWait();
    this.#endWait = wait.end;
    this.waits = true;
    await wait.done;
    this.waits = false;
  }

  #show(editor: Editor): void {
    const before = this.editor;
    this.editor = editor;
    before?.dispose();
    this.#discard(before?.opened);
  }

  /** Lets the shell discard an opened picture, unless the editor shows a picture with the same id. */
  #discard(opened: OpenedPicture | null | undefined): void {
    if (!opened || opened.id === this.editor?.opened.id) return;
    // A failure is harmless: the shell only keeps the picture longer than necessary.
    closePicture(opened.id).catch(() => {});
  }
}
