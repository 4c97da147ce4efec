// Keeps the profile page, so that the next start with the same data shows it at once.

import { readBoot } from "../host/boot";
import { keepFirstPage } from "../host/commands";
import { app } from "../state/app.svelte";
import type { KeptPage } from "./kept-page";

/** The attributes of the root element that the page sets. */
const ROOT_ATTRIBUTES = ["lang", "dir", "data-theme", "style"];

/** Whatever is open over the page or passes by is not part of the next start, and typed text may not be stored yet. */
const PASSING = "[role=dialog], [role=alertdialog], [role=listbox], [role=menu], [aria-expanded=true], .strip, .input.changed";

/** How long closing the window may wait for the page to be kept. */
const CLOSING_LIMIT_MS = 200;

let isFirst = (): boolean => false;
/** The page that was kept last. */
let last = readBoot().firstPage;

/** Writes what a person sees in a field into the markup, which does not contain it. */
function writeValues(page: Element, copy: Element): void {
  const fields = "input, textarea";
  const copies = copy.querySelectorAll(fields);
  page.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>(fields).forEach((field, index) => {
    if (field instanceof HTMLTextAreaElement) copies[index]?.replaceChildren(field.value);
    else if (field.type === "checkbox" || field.type === "radio") copies[index]?.toggleAttribute("checked", field.checked);
    else if (field.type !== "file" && field.type !== "password") copies[index]?.setAttribute("value", field.value);
  });
  const chosen = copy.querySelectorAll("select");
  page.querySelectorAll("select").forEach((select, index) => {
    chosen[index]?.querySelectorAll("option").forEach((option, at) => option.toggleAttribute("selected", at === select.selectedIndex));
  });
}

/** Copies the page as it looks now. Returns a function that keeps the copy, which may be called later. */
function copyPage(root: HTMLElement, exact: boolean): () => Promise<void> {
  const account = app.snapshot.account?.id;
  const copy = root.cloneNode(true) as HTMLElement;
  writeValues(root, copy);
  if (!exact) {
    // The next start does not know yet whether the data are up to date, and has no toasts.
    for (const element of copy.querySelectorAll<HTMLElement>(".of-this-moment")) element.style.visibility = "hidden";
    for (const toast of copy.querySelectorAll(".toast")) toast.classList.remove("open");
  }
  const { documentElement } = document;
  const attributes = Object.fromEntries(
    ROOT_ATTRIBUTES.flatMap((name) => {
      const value = documentElement.getAttribute(name);
      return value === null ? [] : [[name, value]];
    }),
  );
  return async () => {
    const kept = JSON.stringify({ attributes, html: copy.innerHTML } satisfies KeptPage);
    if (kept === last || account === undefined) return;
    last = kept;
    // A start without it is only slower, and the shell logs why.
    await keepFirstPage(account, kept, exact).catch(() => undefined);
  };
}

/** Keeps the page of the boot data, which was just painted. */
export function keepPaintedPage(root: HTMLElement): void {
  const keep = copyPage(root, true);
  setTimeout(() => void keep());
}

/** Keeps the page at a later time, for the case that the next start has other data than this one. */
export async function keepLaterPage(): Promise<void> {
  if (!isFirst()) return;
  const root = document.getElementById("app");
  if (root && !root.querySelector(PASSING)) await copyPage(root, false)();
}

/** Like `keepLaterPage`, before the window is closed. Does not delay that for long. */
export const keepLastPage = (): Promise<unknown> =>
  Promise.race([keepLaterPage(), new Promise((done) => setTimeout(done, CLOSING_LIMIT_MS))]);

/** Says how to find out whether the page that the next start opens is shown. Returns a function that takes it back. */
export function firstPageIs(shown: () => boolean): () => void {
  isFirst = shown;
  return () => {
    if (isFirst === shown) isFirst = () => false;
  };
}
