// The state of the team page. Team.svelte creates it for an account and passes it down as a context.

import { createContext } from "svelte";

import { TeamLayout } from "./layout.svelte";
import { OverlayState } from "./overlay.svelte";
import { Batch } from "./roles/batch.svelte";
import { RoleChange } from "./roles/role-change.svelte";
import { SelectionPlan } from "./roles/selection-plan.svelte";
import { TeamFiles } from "./roles/team-files.svelte";
import { UndoNotice } from "./roles/undo.svelte";
import { TagSuggestions } from "./tags/suggestions.svelte";
import { TagEdits } from "./tags/tag-edits.svelte";
import { Team } from "./team.svelte";

/** The state of the team page for one account. */
export class TeamState {
  readonly team = new Team();
  readonly layout = new TeamLayout();
  readonly overlay = new OverlayState();
  readonly undoNotice = new UndoNotice(this.team);
  readonly roleChange = new RoleChange(this.team, this.undoNotice);
  readonly tagEdits = new TagEdits(this.team, this.undoNotice);
  readonly tagSuggestions = new TagSuggestions();
  readonly batch = new Batch(this.team);
  readonly selectionPlan = new SelectionPlan(this.team);
  readonly teamFiles = new TeamFiles(this.team);
}

/** Returns the state of the team page, or sets it for all components below. */
export const [teamState, setTeamState] = createContext<TeamState>();
