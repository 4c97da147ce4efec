/** The pages of the side bar. */
export type Page = "profile" | "team" | "settings";

let shown = $state<Page>("profile");

/** The page that is shown. */
export const currentPage = (): Page => shown;

/** Shows a page. */
export function showPage(wanted: Page): void {
  shown = wanted;
}
