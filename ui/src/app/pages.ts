// The pages of the side bar.

import * as m from "../messages";

/** The pages in the order of the side bar. */
export const PAGES = [
  { key: "profile", text: m.page_profile, icon: "person" },
  { key: "team", text: m.page_team, icon: "people" },
  { key: "settings", text: m.page_settings, icon: "sliders" },
] as const;
