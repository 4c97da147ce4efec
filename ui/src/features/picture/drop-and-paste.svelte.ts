// Pictures that are dropped on the window or pasted anywhere on the page. They go to the topmost picture field that
// no dialog covers.

import type { Attachment } from "svelte/attachments";

import { isReachable } from "../../components/overlay";
import { registerGuard } from "../../form/leaving.svelte";
import type { Drag } from "../../host/events";
import { isEditable } from "../../keyboard/keys";
import { isShortcut } from "../../keyboard/shortcuts";
import { PasteOnce, pastedContent } from "./paste";
import type { PicturePicker } from "./picture-picker.svelte";

/** The picture fields on the page, the topmost last. */
const fields: { picker: PicturePicker; element: HTMLElement }[] = [];

let draggedOver = $state(false);

/** Whether something is dragged over the window and a picture field would accept it. */
export const isDraggedOver = (): boolean => draggedOver;

/** An attachment for a picture field: it receives dropped and pasted pictures. */
export const receivesPictures = (picker: PicturePicker): Attachment<HTMLElement> => (element) => {
  const field = { picker, element };
  fields.push(field);
  const unregister = registerGuard({ finish: () => picker.finish() });
  return () => {
    unregister();
    fields.splice(fields.indexOf(field), 1);
    picker.abort();
  };
};

/** The picker of the field that receives the picture. A field whose own editor covers it counts as reachable. */
function receiver(): PicturePicker | undefined {
  return fields.findLast(({ picker, element }) => picker.editor !== null || picker.awaiting || isReachable(element))?.picker;
}

/** Handles a drag over the window. */
export function onDragEvent(drag: Drag): void {
  const picker = receiver();
  draggedOver = drag === "over" && picker !== undefined;
  if (drag === "dropped") void picker?.openDropped();
}

const pasteOnce = new PasteOnce(() => void receiver()?.openClipboard());

/** Handles a key press anywhere on the page. */
export function onKeydown(event: KeyboardEvent): void {
  if (isShortcut("paste", event) && !event.repeat && !event.defaultPrevented && !isEditable(event.target)) pasteOnce.onKeys();
}

/** Handles a paste event anywhere on the page. */
export function onPaste(event: ClipboardEvent): void {
  if (!pasteOnce.onEvent() || event.defaultPrevented) return;
  const picker = receiver();
  const content = picker && pastedContent(event.clipboardData, isEditable(event.target));
  if (!content) return;
  if (content.kind !== "clipboard") event.preventDefault();
  if (content.kind === "file") void picker.openFile(content.file);
  else if (content.kind === "address") void picker.useUrl(content.url);
  else void picker.openClipboard(content.html);
}
