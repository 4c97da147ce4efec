/** The pages of the side bar. */
export type Page = "profile" | "team" | "settings";

let current = $state<Page>("profile");

/** The page that is shown. */
export const currentPage = (): Page => current;

/** Shows a page. */
export function showPage(page: Page): void {
  current = page;
}
