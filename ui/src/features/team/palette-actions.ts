// The actions of the team page that the search of the whole window offers. They show the page first and then do what its
// buttons do.

import { tick } from "svelte";

import * as m from "../../messages";
import type { AccountState } from "../../state/account.svelte";
import type { OfferedAction } from "../../state/palette.svelte";
import type { TeamState } from "./state";

/** The file input of the import (roles/TeamTools.svelte). */
const importInput = (): HTMLElement | null => document.getElementById("team-import");

/** The actions that are possible now. */
export function paletteActions({ overlay, team, teamFiles }: TeamState, account: AccountState): OfferedAction[] {
  const onPage = (action: () => unknown) => async () => {
    account.page = "team";
    await tick();
    action();
  };
  const actions: OfferedAction[] = [
    { id: "refreshTeam", icon: "retry", text: m.team_refresh, run: onPage(() => team.refresh()) },
    { id: "history", icon: "clock", text: m.history_title, run: onPage(() => overlay.open({ kind: "history" })) },
  ];
  if (teamFiles.canExport) actions.push({ id: "export", icon: "download", text: m.palette_export, run: onPage(() => teamFiles.export()) });
  if (teamFiles.offersImport) actions.push({ id: "import", icon: "upload", text: m.import_roles, run: onPage(() => importInput()?.click()) });
  return actions;
}
