// Shows the page of the last start until the page's own code has loaded. It takes no input: all of it is inert.

import { readBoot } from "../host/boot";
import { type KeptPage, pageBuild, readKeptPage, STYLED } from "./kept-page";

/** Applies attributes. Styles are set one by one, because the content security policy forbids style attributes in the markup. */
function restoreRoot({ attributes }: KeptPage): void {
  const root = document.documentElement;
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "style") root.style.cssText = value;
    else if (value !== "") root.setAttribute(name, value);
  }
}

/** Shows the kept page, if there is one of this build of the app. Returns whether it is shown. */
export function showFirstPage(target: HTMLElement): boolean {
  const kept = readKeptPage(readBoot().firstPage);
  if (kept?.build !== pageBuild()) return false;
  restoreRoot(kept);
  target.inert = true;
  target.innerHTML = kept.html;
  for (const element of target.querySelectorAll<HTMLElement>(STYLED)) element.style.cssText = element.getAttribute("style") ?? "";
  // Computes the layout now, so that the window is shown with it.
  target.getBoundingClientRect();
  return true;
}

/**
 * Removes the kept page. Call it in the same task that creates the real one, so that nothing is painted in between. Returns
 * whether there was one.
 */
export function dropFirstPage(target: HTMLElement): boolean {
  const shown = target.inert;
  target.replaceChildren();
  target.inert = false;
  return shown;
}
