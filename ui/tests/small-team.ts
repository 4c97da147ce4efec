// The page with a small team, without what an earlier test has left. For tests that need no page of an account (page.ts).

import { setInterfaceLanguage } from "../src/state/locale.svelte";
import { app } from "../src/state/app.svelte";
import { host } from "./host";
import { snapshot, teamView } from "./samples";

/** Shows a team of one person, in English. */
export function showSmallTeam(): void {
  void setInterfaceLanguage("en");
  app.snapshot = snapshot({ team: teamView({ total: 1 }) });
  host.snapshot = app.snapshot;
  host.calls = [];
  host.responses = {};
}
