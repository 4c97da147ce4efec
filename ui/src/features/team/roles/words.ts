// Words for changing roles: abilities, reasons, outcomes. Each table is checked against the type that crosses from the shell.

import { errorText, isUnheard } from "../../../errors/table";
import type {
  Ability, AppError, BatchRowState, Confirmation, HistoryOutcome, LeftOutReason, RoleKind, TeamReason,
} from "../../../host/types";
import * as m from "../../../paraglide/messages";
import { formattingLocale } from "../../../state/locale.svelte";
import { roleLine, roleName, type Text, teamRoleName } from "../../../text/words";

const TEAM_ROLE_LINES: Record<string, Text> = {
  owner: m.team_role_owner_line,
  admin: m.team_role_admin_line,
  editor: m.team_role_editor_line,
  viewer: m.team_role_viewer_line,
  unassigned: m.team_role_unassigned_line,
};

/** A role's name. */
export const nameOf = (kind: RoleKind, role: string): string => (kind === "team" ? teamRoleName(role) : roleName(role));

/** What a role may do, in one line; nothing where Lapel does not know it. */
export const lineOf = (kind: RoleKind, role: string): string =>
  kind === "team" ? (TEAM_ROLE_LINES[role]?.() ?? "") : roleLine(role);

/** Whether Lapel knows what a role may do. */
export const isKnown = (kind: RoleKind, role: string): boolean => lineOf(kind, role) !== "";

/** Which of the two roles. */
export const KINDS: Record<RoleKind, Text> = { team: m.team_role, user: m.user_role };

/** What each of the two roles is. */
export const KIND_LINES: Record<RoleKind, Text> = { team: m.change_role_team_line, user: m.change_role_user_line };

const ABILITIES: Record<Ability, Text> = {
  viewContent: m.ability_viewContent,
  editContent: m.ability_editContent,
  manageTeam: m.ability_manageTeam,
  manageAdmins: m.ability_manageAdmins,
  editOwnProfile: m.ability_editOwnProfile,
  viewAdministration: m.ability_viewAdministration,
  manageUsers: m.ability_manageUsers,
};

/** Abilities as a part of a sentence. */
export const abilitiesText = (abilities: readonly Ability[]): string =>
  new Intl.ListFormat(formattingLocale(), { type: "conjunction" }).format(abilities.map((ability) => ABILITIES[ability]()));

const DENIALS: Record<string, Text> = {
  ownOwnership: m.change_role_own_ownership,
  takesOwner: m.change_role_takes_owner,
  onlyOwners: m.change_role_only_owners,
  onlyAdmins: m.change_role_only_admins,
  takesServiceAccount: m.change_role_service_account,
};

/** Why a role cannot be changed by this person; a word from a newer shell is still a sentence. */
export function denialText(kind: RoleKind, reason: string): string {
  if (reason === "noRight") return kind === "team" ? m.change_role_no_right_team() : m.change_role_no_right_user();
  return (DENIALS[reason] ?? m.change_role_not_now)();
}

/** Why no role can be changed here and now. */
export const RIGHTS: Record<TeamReason, Text> = {
  offline: m.team_reason_offline,
  noRight: m.team_reason_no_right,
  notKnown: m.selection_not_known,
};

/** What the button says that confirms a change of one role. */
export const CONFIRMS: Record<Confirmation, Text> = { stepsDown: m.step_down, givesAdmin: m.make_admin };

/** Why a row is left out of a plan. */
export const LEFT_OUT: Record<LeftOutReason, Text> = {
  ownRow: m.batch_out_ownRow,
  owner: m.batch_out_owner,
  noChange: m.batch_out_noChange,
  notAllowed: m.batch_out_notAllowed,
  pending: m.batch_out_pending,
  serviceAccount: m.batch_out_serviceAccount,
  cannotGoBack: m.batch_out_cannotGoBack,
  unknownEmail: m.batch_out_unknownEmail,
  ambiguousEmail: m.batch_out_ambiguousEmail,
  unknownRole: m.batch_out_unknownRole,
  twice: m.batch_out_twice,
  incomplete: m.batch_out_incomplete,
  unclearQuotes: m.batch_out_unclearQuotes,
};

/** Where a row of a batch is. */
export const ROW_STATES: Record<BatchRowState, Text> = {
  planned: m.batch_row_planned,
  running: m.batch_row_running,
  done: m.batch_row_done,
  failed: m.batch_row_failed,
  cancelled: m.batch_row_cancelled,
  leftOut: m.batch_row_left_out,
};

/** What became of a change in the history. */
export const OUTCOMES: Record<HistoryOutcome, Text> = {
  made: m.history_made,
  failed: m.history_failed,
  unknown: m.history_unknown,
};

/** Why a change of a role failed; a role that moved is named as people read it, and not as the server spells it. */
export function changeFailure(kind: RoleKind, error: AppError): string {
  if (error.code !== "roleMoved") return errorText(error);
  return errorText({ ...error, details: { ...error.details, problem: nameOf(kind, error.details.problem ?? "") } });
}

/**
 * The same of one role. Where the answer may be all that was lost, the row tells if it was read since, and else the next
 * reading of the team.
 */
export function oneChangeFailure(kind: RoleKind, error: AppError): string {
  const text = changeFailure(kind, error);
  if (!isUnheard(error)) return text;
  return `${text} ${error.details.problem === "unchanged" ? m.change_role_unchanged() : m.change_role_unheard()}`;
}
