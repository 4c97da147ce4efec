// Words for the closed and open words that cross from the shell. Each table is checked against its type, so that a
// new state without a text does not compile; the message files hold the text itself.

import type { AccountView, PictureNote, RoleReason, ServerOffer, SessionState, StorageState } from "../host/types";
import * as m from "../paraglide/messages";
import type { Fact } from "./fact";

/** A text of the interface, in its language at the moment of the call. */
export type Text = () => string;

const ROLE_NAMES: Record<string, Text> = {
  admin: m.role_admin,
  adminViewer: m.role_adminViewer,
  user: m.role_user,
  serviceAccount: m.role_serviceAccount,
};

const ROLE_LINES: Record<string, Text> = {
  admin: m.role_admin_line,
  adminViewer: m.role_adminViewer_line,
  user: m.role_user_line,
  serviceAccount: m.role_serviceAccount_line,
};

/** A role's name; a role that Lapel does not know keeps the server's spelling. */
export const roleName = (role: string): string => ROLE_NAMES[role]?.() ?? (role || m.not_known());

const TEAM_ROLE_NAMES: Record<string, Text> = {
  owner: m.team_role_owner,
  admin: m.team_role_admin,
  editor: m.team_role_editor,
  viewer: m.team_role_viewer,
  unassigned: m.team_role_unassigned,
};

/** A team role's name; a role that Lapel does not know keeps the server's spelling. */
export const teamRoleName = (role: string): string => TEAM_ROLE_NAMES[role]?.() ?? (role || m.team_role_none());

/** What a role may do, in one line; nothing where Lapel does not know it. */
export const roleLine = (role: string): string => ROLE_LINES[role]?.() ?? "";

/** Every role that Lapel knows, by its name, with what it may do. */
export const rolesExplained = (): Fact[] => Object.keys(ROLE_LINES).map((role) => ({ name: roleName(role), value: roleLine(role) }));

/** Why the role cannot be changed here and now. */
export const ROLE_REASONS: Record<RoleReason, Text> = {
  onlyAdmins: m.role_reason_onlyAdmins,
  serviceAccount: m.role_reason_serviceAccount,
  offline: m.role_reason_offline,
};

/** What a role may do, and why it cannot be changed where that is so. */
export function roleHint(role: string, reason: RoleReason | null): string {
  const line = roleLine(role);
  if (!reason) return line;
  return line ? m.role_line_and_reason({ line, reason: ROLE_REASONS[reason]() }) : ROLE_REASONS[reason]();
}

/** What was done to a chosen picture. */
export const PICTURE_NOTES: Record<PictureNote, Text> = {
  firstFrameOnly: m.picture_note_firstFrameOnly,
  firstPageOnly: m.picture_note_firstPageOnly,
  metadataRemoved: m.picture_note_metadataRemoved,
  enlarged: m.picture_note_enlarged,
  coloursConverted: m.picture_note_coloursConverted,
};

/** What a session that is over means for the person. */
export const SESSIONS: Record<Exclude<SessionState, "signedOut" | "starting" | "signedIn">, Text> = {
  expired: m.session_expired,
  keyringLocked: m.session_keyringLocked,
  keyringAbsent: m.session_keyringAbsent,
  tokenLost: m.session_tokenLost,
};

/** What is wrong with the data folder. */
export const STORAGES: Record<Exclude<StorageState, "sound">, (where: { folder: string }) => string> = {
  movedAside: m.storage_movedAside,
  newer: m.storage_newer,
  busy: m.storage_busy,
  readOnly: m.storage_readOnly,
  full: m.storage_full,
  failed: m.storage_failed,
};

/** A server's name; the address where it is one that was typed. */
export function serverName({ kind, key }: ServerOffer): string {
  if (kind === "sandbox") return m.server_sandbox();
  return kind === "applivery" ? m.server_applivery() : key;
}

/** Who an account is. */
export const accountName = (account: AccountView): string => account.email || m.account_by_token();

/** What is wrong with a name, by the word in `details.problem`. */
export const NAME_PROBLEMS: Record<string, Text> = {
  empty: m.name_empty,
  tooLong: m.name_too_long,
  control: m.name_control,
};

/** Why Lapel does not go to the address of a picture, by the word in `details.problem`. */
export const URL_PROBLEMS: Record<string, Text> = {
  private: m.picture_url_private,
  tooLong: m.picture_url_too_long,
  redirects: m.picture_url_redirects,
};

/** What is wrong with a file of addresses and roles, by the word in `details.problem`. */
export const LIST_PROBLEMS: Record<string, Text> = {
  tooLarge: m.import_too_large,
  text: m.import_text,
  columns: m.import_columns,
  empty: m.import_empty,
};

/** Kinds of pictures as people spell them, by the word in `details.problem`; none for rare kinds of what is read. */
export const PICTURE_KINDS: Record<string, string> = {
  svg: "SVG", heic: "HEIC", avif: "AVIF", jpegXl: "JPEG XL", ico: "ICO", pdf: "PDF",
};
