// A workaround for WebKitGTK (seen in 2.50): it keeps every form in memory that was removed from the page, with all elements in
// it. So the memory would grow with each change of the page.

import type { Attachment } from "svelte/attachments";

/** An attachment for a form: when the form has been removed, its elements are removed from it, so that only the form is kept. */
export const emptiedWhenRemoved: Attachment<HTMLFormElement> = (form) => () => {
  setTimeout(() => {
    if (!form.isConnected) form.replaceChildren();
  });
};
