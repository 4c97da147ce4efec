// Which page is shown.

/** The pages of the side bar. */
export type Page = "profile" | "team" | "settings";

let shown = $state<Page>("profile");

/** The page that is shown. */
export const page = (): Page => shown;

/** Shows a page. */
export function show(wanted: Page): void {
  shown = wanted;
}
