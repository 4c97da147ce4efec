// Words for the closed and open words that cross from the shell. Each table is checked against its type, so that a
// new state without a text does not compile; the message files hold the text itself.

import type { PictureNote, RoleReason, SessionState, StorageState } from "../host/types";
import * as m from "../paraglide/messages";

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

/** What a role may do, in one line; nothing where Lapel does not know it. */
export const roleLine = (role: string): string => ROLE_LINES[role]?.() ?? "";

/** Why the role cannot be changed here and now. */
export const ROLE_REASONS: Record<RoleReason, Text> = {
  onlyAdmins: m.role_reason_onlyAdmins,
  serviceAccount: m.role_reason_serviceAccount,
  offline: m.role_reason_offline,
};

/** What was done to a chosen picture. */
export const PICTURE_NOTES: Record<PictureNote, Text> = {
  firstFrameOnly: m.picture_note_firstFrameOnly,
  metadataRemoved: m.picture_note_metadataRemoved,
  enlarged: m.picture_note_enlarged,
};

/** What a session state means for the person. */
export const SESSIONS: Record<SessionState, Text> = {
  signedOut: m.session_signedOut,
  starting: m.session_starting,
  signedIn: m.session_signedIn,
  expired: m.session_expired,
  keyringLocked: m.session_keyringLocked,
  keyringAbsent: m.session_keyringAbsent,
  tokenLost: m.session_tokenLost,
};

/** What a storage state means for the person. */
export const STORAGES: Record<StorageState, Text> = {
  sound: m.storage_sound,
  movedAside: m.storage_movedAside,
  newer: m.storage_newer,
  busy: m.storage_busy,
  readOnly: m.storage_readOnly,
  full: m.storage_full,
  failed: m.storage_failed,
};

/** Where the word stands in `details.problem` of a name. */
export const NAME_PROBLEMS: Record<string, Text> = {
  empty: m.name_empty,
  tooLong: m.name_too_long,
  control: m.name_control,
};

/** Kinds of pictures as people spell them, by the word in `details.problem`. */
export const PICTURE_KINDS: Record<string, string> = { svg: "SVG", heic: "HEIC", avif: "AVIF", bmp: "BMP", tiff: "TIFF" };
