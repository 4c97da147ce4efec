// Texts about role changes: names, abilities, reasons, outcomes. Tables for an enum of the shell are typed by it, so
// that a missing entry is a compile error.

import { errorText, isOutcomeUnknown } from "../../../errors/table";
import type {
  Ability, AppError, BatchRowState, ChangeKind, Confirmation, HistoryOutcome, LeftOutReason, RoleKind, TeamReason,
} from "../../../host/types";
import * as m from "../../../messages";
import { formattingLocale } from "../../../state/locale.svelte";
import { roleDescription as userRoleDescription, roleName as userRoleName, type Text, teamRoleName } from "../../../text/words";
import { sentencesOf } from "../../../text/lists";

const TEAM_ROLE_DESCRIPTIONS: Record<string, Text> = {
  owner: m.team_role_owner_line,
  admin: m.team_role_admin_line,
  editor: m.team_role_editor_line,
  viewer: m.team_role_viewer_line,
  unassigned: m.team_role_unassigned_line,
};

/** The display name of a role. */
export const roleName = (kind: RoleKind, role: string): string => (kind === "team" ? teamRoleName(role) : userRoleName(role));

/** One line about what a role may do; empty for a role that Lapel does not know. */
export const roleDescription = (kind: RoleKind, role: string): string =>
  kind === "team" ? (TEAM_ROLE_DESCRIPTIONS[role]?.() ?? "") : userRoleDescription(role);

/** Whether Lapel knows what a role may do. */
export const isKnownRole = (kind: RoleKind, role: string): boolean => roleDescription(kind, role) !== "";

/** Names of what a change is about, where the organization is not at hand. */
export const KIND_NAMES: Record<ChangeKind, Text> = { team: m.team_role, user: m.user_role, tags: m.team_column_tags };

/** The name of a kind of role: the team role is named after the organization. */
export const kindName = (kind: RoleKind, organization: string): string =>
  kind === "user" ? m.user_role() : organization === "" ? m.team_role() : m.team_role_in({ organization });

/** A kind of role of a person, as the title of a menu. */
export const kindOfName = (kind: RoleKind, name: string): string => (kind === "team" ? m.team_role_of : m.user_role_of)({ name });

const ABILITY_TEXTS: Record<Ability, Text> = {
  viewContent: m.ability_viewContent,
  editContent: m.ability_editContent,
  manageTeam: m.ability_manageTeam,
  manageAdmins: m.ability_manageAdmins,
  editOwnProfile: m.ability_editOwnProfile,
  viewAdministration: m.ability_viewAdministration,
  manageUsers: m.ability_manageUsers,
};

/** Abilities as a list for use within a sentence. */
export const abilitiesText = (abilities: readonly Ability[]): string =>
  new Intl.ListFormat(formattingLocale(), { type: "conjunction" }).format(abilities.map((ability) => ABILITY_TEXTS[ability]()));

const DENIAL_TEXTS: Record<string, Text> = {
  ownOwnership: m.change_role_own_ownership,
  takesOwner: m.change_role_takes_owner,
  onlyOwners: m.change_role_only_owners,
  onlyAdmins: m.change_role_only_admins,
  takesServiceAccount: m.change_role_service_account,
};

/** Why the signed-in user cannot change a role. An unknown reason gets a general text. */
export function denialText(kind: RoleKind, reason: string): string {
  if (reason === "noRight") return kind === "team" ? m.change_role_no_right_team() : m.change_role_no_right_user();
  return (DENIAL_TEXTS[reason] ?? m.change_role_not_now)();
}

/** Why the signed-in user cannot change any role of this team at the moment. */
export const TEAM_REASON_TEXTS: Record<TeamReason, Text> = {
  offline: m.team_reason_offline,
  signedOut: m.team_reason_signed_out,
  noRight: m.team_reason_no_right,
  notKnown: m.selection_not_known,
};

/** Labels of the button that confirms a change of one role. */
export const CONFIRM_LABELS: Record<Confirmation, Text> = { stepsDown: m.step_down, givesAdmin: m.make_admin, takesAdmin: m.take_admin };

/** Why a batch leaves out a row. For changes of tags, see `leftOutText`. */
export const LEFT_OUT_TEXTS: Record<LeftOutReason, Text> = {
  ownRow: m.batch_out_ownRow,
  owner: m.batch_out_owner,
  noChange: m.batch_out_noChange,
  notAllowed: m.batch_out_notAllowed,
  pending: m.batch_out_pending,
  serviceAccount: m.batch_out_serviceAccount,
  cannotGoBack: m.batch_out_cannotGoBack,
  tooManyTags: m.batch_out_tooManyTags,
  unknownEmail: m.batch_out_unknownEmail,
  ambiguousEmail: m.batch_out_ambiguousEmail,
  unknownRole: m.batch_out_unknownRole,
  twice: m.batch_out_twice,
  incomplete: m.batch_out_incomplete,
  unclearQuotes: m.batch_out_unclearQuotes,
  notMade: m.batch_out_notMade,
  combined: m.batch_out_combined,
  otherRoleNow: m.batch_out_otherRoleNow,
  changedBetween: m.batch_out_changedBetween,
  otherKind: m.batch_out_otherKind,
  tags: m.batch_out_tags,
  otherOrganization: m.batch_out_otherOrganization,
};

/** Reasons whose usual text is about roles. */
const LEFT_OUT_OF_TAGS: Partial<Record<LeftOutReason, Text>> = { noChange: m.batch_out_noTagChange, cannotGoBack: m.batch_out_gone };

/** Why a batch leaves out a row. */
export const leftOutText = (kind: ChangeKind, reason: LeftOutReason): string =>
  ((kind === "tags" ? LEFT_OUT_OF_TAGS[reason] : undefined) ?? LEFT_OUT_TEXTS[reason])();

/** State of a row of a batch. */
export const ROW_STATE_TEXTS: Record<BatchRowState, Text> = {
  planned: m.batch_row_planned,
  running: m.batch_row_running,
  done: m.batch_row_done,
  failed: m.batch_row_failed,
  unknown: m.batch_row_unknown,
  cancelled: m.batch_row_cancelled,
  leftOut: m.batch_row_left_out,
};

/** Outcome of a change in the history. */
export const OUTCOME_TEXTS: Record<HistoryOutcome, Text> = {
  made: m.history_made,
  failed: m.history_failed,
  unknown: m.history_unknown,
};

/** Why a change failed. For `roleMoved`, the role in `details.problem` is replaced by its display name. */
export function changeFailureText(kind: ChangeKind, error: AppError): string {
  if (kind === "tags" || error.code !== "roleMoved") return errorText(error);
  return errorText({ ...error, details: { ...error.details, problem: roleName(kind, error.details.problem ?? "") } });
}

/**
 * Like `changeFailureText`, for a single change. If the change may have succeeded although no response arrived, the text also
 * says that nothing was changed (the shell has checked the row) or that the next refresh will show it.
 */
export function singleChangeFailureText(kind: ChangeKind, error: AppError): string {
  const text = changeFailureText(kind, error);
  if (!isOutcomeUnknown(error)) return text;
  const unchanged = kind === "tags" ? m.change_tags_unchanged : m.change_role_unchanged;
  return sentencesOf(text, error.details.problem === "unchanged" ? unchanged() : m.change_role_unheard());
}
