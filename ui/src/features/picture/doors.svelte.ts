// Pictures that are dropped on the window or pasted: they go to the picture field that is in reach.

import type { Attachment } from "svelte/attachments";

import { inReach } from "../../components/cover";
import { finishFirst } from "../../form/leaving.svelte";
import type { Drag } from "../../host/events";
import { isPaste } from "../../text/keys";
import type { Chooser } from "./choose.svelte";
import { isEditable, PasteOnce, pasted } from "./paste";

/** The fields that are there, the topmost last. */
const fields: { chooser: Chooser; element: HTMLElement }[] = [];

let over = $state(false);

/** Whether a picture is held over the window and would be taken. */
export const held = (): boolean => over;

/** An attachment for a picture field: it takes what comes. */
export const takes = (chooser: Chooser): Attachment<HTMLElement> => (element) => {
  const field = { chooser, element };
  fields.push(field);
  const end = finishFirst(() => chooser.finish());
  return () => {
    end();
    fields.splice(fields.indexOf(field), 1);
    chooser.stop();
  };
};

/** The one that takes it. A field under its own editor is out of reach and takes it all the same. */
function taker(): Chooser | undefined {
  return fields.findLast(({ chooser, element }) => chooser.editor !== null || chooser.awaiting || inReach(element))?.chooser;
}

/** Something is dragged over the window. */
export function dragged(where: Drag): void {
  const chooser = taker();
  over = where === "over" && chooser !== undefined;
  if (where === "dropped") void chooser?.dropped();
}

const once = new PasteOnce(() => void taker()?.clipboard());

/** Keys were pressed somewhere on the page. */
export function keyed(event: KeyboardEvent): void {
  if (isPaste(event) && !event.repeat && !event.defaultPrevented && !isEditable(event.target)) once.keys();
}

/** Something is pasted somewhere on the page. */
export function paste(event: ClipboardEvent): void {
  if (!once.told() || event.defaultPrevented) return;
  const chooser = taker();
  const what = chooser && pasted(event.clipboardData, isEditable(event.target));
  if (!what) return;
  if (what.kind !== "clipboard") event.preventDefault();
  if (what.kind === "file") void chooser.choose(what.file);
  else if (what.kind === "address") void chooser.address(what.url);
  else void chooser.clipboard();
}
