// The pages of the side bar, and going to one of them.

import { leavePage } from "../form/leaving.svelte";
import * as m from "../paraglide/messages";
import type { AccountState, Page } from "../state/account.svelte";

/** The pages in the order of the side bar. */
export const PAGES = [
  { key: "profile", text: m.page_profile, icon: "person" },
  { key: "team", text: m.page_team, icon: "people" },
  { key: "settings", text: m.page_settings, icon: "sliders" },
] as const;

/** Goes to a page. Asks about unsaved changes only when leaving the profile page, not when returning to it. */
export function goToPage(account: AccountState, page: Page): void {
  if (account.page === "profile" && page !== "profile") leavePage(() => (account.page = page));
  else account.page = page;
}
