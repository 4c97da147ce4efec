// Shows the kept page until the page's own code has loaded. It takes no input: all of it is inert.

import { readBoot } from "../host/boot";
import type { KeptPage } from "./kept-page";

/** The longest wait for the first frame. There may be none, if the window is covered. */
const FRAME_LIMIT_MS = 100;

/** Applies styles one by one, because the content security policy forbids style attributes in the markup. */
const applyStyle = (element: HTMLElement, style: string): void => {
  element.style.cssText = style;
};

/** Shows the kept page, if there is one. Returns whether it is shown. */
export function showFirstPage(target: HTMLElement): boolean {
  const { firstPage, snapshot } = readBoot();
  if (firstPage === null) return false;
  const { attributes, html } = JSON.parse(firstPage) as KeptPage;
  // The system may have switched between light and dark since then.
  const shade = window.matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  if (snapshot.preferences.theme === "system" && attributes["data-theme"] !== shade) return false;
  const root = document.documentElement;
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "style") applyStyle(root, value);
    else root.setAttribute(name, value);
  }
  target.inert = true;
  // Laid out only after the load: the shell shows the window at the same time.
  target.style.display = "none";
  target.innerHTML = html;
  for (const element of target.querySelectorAll<HTMLElement>("[style]")) applyStyle(element, element.getAttribute("style") ?? "");
  return true;
}

/** Waits until the kept page was painted. */
export async function visible(target: HTMLElement): Promise<void> {
  // In a task of its own: the web view lays the page out before it reports to the shell that the page has loaded.
  await new Promise((loaded) => window.addEventListener("load", () => setTimeout(loaded)));
  target.style.display = "";
  const frames = new Promise((painted) => requestAnimationFrame(() => requestAnimationFrame(painted)));
  await Promise.race([frames, new Promise((passed) => setTimeout(passed, FRAME_LIMIT_MS))]);
}

/**
 * Removes the kept page. Call it in the same task that creates the real one, so that nothing is painted in between. Returns
 * whether there was one.
 */
export function dropFirstPage(target: HTMLElement): boolean {
  const shown = target.inert;
  target.replaceChildren();
  target.inert = false;
  target.style.display = "";
  return shown;
}
