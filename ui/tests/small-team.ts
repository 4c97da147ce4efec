// The page with a small team, without what an earlier test has left. For tests that need no page of an account (page.ts).

import { overwriteGetLocale } from "../src/paraglide/runtime";
import { app } from "../src/state/app.svelte";
import { host } from "./host";
import { snapshot, teamView } from "./samples";

/** Shows a team of one person, in English. */
export function showSmallTeam(): void {
  overwriteGetLocale(() => "en");
  app.snapshot = snapshot({ team: teamView({ total: 1 }) });
  host.snapshot = app.snapshot;
  host.calls = [];
  host.responses = {};
}
