// Texts for the enum values and codes that the Rust core sends. Tables for an enum are typed by it, so that a new value
// without a text is a compile error. The texts themselves are in the message files.

import type { AccountView, PictureNote, RoleReason, ServerOffer, SessionState, Snapshot, StorageState, TokenKeeping } from "../host/types";
import * as m from "../messages";

/** Returns a text in the current interface language. */
export type Text = () => string;

const ROLE_NAMES: Record<string, Text> = {
  admin: m.role_admin,
  adminViewer: m.role_adminViewer,
  user: m.role_user,
  serviceAccount: m.role_serviceAccount,
};

const ROLE_DESCRIPTIONS: Record<string, Text> = {
  admin: m.role_admin_line,
  adminViewer: m.role_adminViewer_line,
  user: m.role_user_line,
  serviceAccount: m.role_serviceAccount_line,
};

/** A role's name. An unknown role is shown as the server spells it. */
export const roleName = (role: string): string => ROLE_NAMES[role]?.() ?? (role || m.not_known());

const TEAM_ROLE_NAMES: Record<string, Text> = {
  owner: m.team_role_owner,
  admin: m.team_role_admin,
  editor: m.team_role_editor,
  viewer: m.team_role_viewer,
  unassigned: m.team_role_unassigned,
};

/** A team role's name. An unknown role is shown as the server spells it. */
export const teamRoleName = (role: string): string => TEAM_ROLE_NAMES[role]?.() ?? (role || m.team_role_none());

/** What a role may do, in one sentence; empty for an unknown role. */
export const roleDescription = (role: string): string => ROLE_DESCRIPTIONS[role]?.() ?? "";

/** Why the role cannot be changed. */
export const ROLE_REASONS: Record<RoleReason, Text> = {
  onlyAdmins: m.role_reason_onlyAdmins,
  serviceAccount: m.role_reason_serviceAccount,
  offline: m.role_reason_offline,
  signedOut: m.role_reason_signedOut,
};

/** What a role may do, or the `reason` why it cannot be changed. */
export const roleHint = (role: string, reason: RoleReason | null): string => (reason ? ROLE_REASONS[reason]() : roleDescription(role));

/** How a chosen picture was modified. */
export const PICTURE_NOTES: Record<PictureNote, Text> = {
  firstFrameOnly: m.picture_note_firstFrameOnly,
  firstPageOnly: m.picture_note_firstPageOnly,
  mainPictureOnly: m.picture_note_mainPictureOnly,
  endsEarly: m.picture_note_endsEarly,
  metadataRemoved: m.picture_note_metadataRemoved,
  enlarged: m.picture_note_enlarged,
  colorsConverted: m.picture_note_colorsConverted,
  hdrConverted: m.picture_note_hdrConverted,
  inksConverted: m.picture_note_inksConverted,
};

/** Why the user has to sign in again or unlock the keyring. */
export const SESSION_TEXTS: Record<Exclude<SessionState, "signedOut" | "starting" | "signedIn">, Text> = {
  expired: m.session_expired,
  keyringLocked: m.session_keyringLocked,
  keyringAmbiguous: m.session_keyringAmbiguous,
  keyringAbsent: m.session_keyringAbsent,
  tokenLost: m.session_tokenLost,
  tokenNotKept: m.session_tokenNotKept,
};

/** Why the sign-in lasts only until Lapel is closed. */
export const MEMORY_TEXTS: Record<Exclude<TokenKeeping, "keyring">, Text> = {
  memory: m.token_in_memory,
  memoryAmbiguous: m.token_memoryAmbiguous,
  memoryNotSetUp: m.token_memoryNotSetUp,
};

/** Where the sign-in of a session is stored. */
const TOKEN_TEXTS: Record<TokenKeeping, Text> = {
  ...MEMORY_TEXTS,
  keyring: m.about_token_keyring,
  memory: m.about_token_memory,
};

/** Where the sign-in is stored, or why there is none. */
export function signInText({ session, tokenKeeping }: Pick<Snapshot, "session" | "tokenKeeping">): string {
  if (session === "signedIn") return TOKEN_TEXTS[tokenKeeping]();
  return session === "starting" || session === "signedOut" ? m.about_token_starting() : SESSION_TEXTS[session]();
}

/** What is wrong with the data folder. */
export const STORAGE_TEXTS: Record<Exclude<StorageState, "sound">, (where: { folder: string }) => string> = {
  movedAside: m.storage_movedAside,
  newer: m.storage_newer,
  busy: m.storage_busy,
  readOnly: m.storage_readOnly,
  full: m.storage_full,
  failed: m.storage_failed,
};

/** A server's name; for a typed address, the address itself. */
export function serverName({ kind, key }: ServerOffer): string {
  if (kind === "sandbox") return m.server_sandbox();
  return kind === "applivery" ? m.server_applivery() : key;
}

/** An account's email address, or a text for an account that signed in with a token. */
export const accountName = (account: AccountView): string => account.email || m.account_by_token();

/** What is wrong with a name, by `details.problem`. */
export const NAME_PROBLEMS: Record<string, Text> = {
  empty: m.name_empty,
  tooLong: m.name_too_long,
  control: m.name_control,
};

/** What is wrong with a tag, by `details.problem`. */
export const TAG_PROBLEMS: Record<string, Text> = {
  empty: m.tag_empty,
  tooLong: m.tag_too_long,
  control: m.tag_control,
  tooMany: m.tag_too_many,
};

/** Why Lapel does not load a picture from an address, by `details.problem`. */
export const URL_PROBLEMS: Record<string, Text> = {
  private: m.picture_url_private,
  tooLong: m.picture_url_too_long,
  redirects: m.picture_url_redirects,
};

/** What is wrong with an imported list of email addresses and roles, by `details.problem`. */
export const LIST_PROBLEMS: Record<string, (inputs: { columns: string }) => string> = {
  tooLarge: m.import_too_large,
  text: m.import_text,
  columns: m.import_columns,
  ambiguousEmail: m.import_ambiguous_email,
  ambiguousRole: m.import_ambiguous_role,
  ambiguousHistory: m.import_ambiguous_history,
  empty: m.import_empty,
};

/** Names of unsupported picture formats, by `details.problem`. */
export const PICTURE_KINDS: Record<string, string> = {
  svg: "SVG", jpegXl: "JPEG XL", jpeg2000: "JPEG 2000", ico: "ICO", pdf: "PDF",
  psd: "Photoshop (PSD)",
};

/** Names of the formats of which only rare types are unsupported, by `details.problem`. */
export const RARE_PICTURE_KINDS: Record<string, string> = { rareJpeg: "JPEG", rareHeif: "HEIC", bmp: "BMP" };

/** Names of the formats that are read from files, but not shown from links, by `details.problem`. */
export const LINKED_PICTURE_KINDS: Record<string, string> = { linkedHeic: "HEIC", linkedAvif: "AVIF", linkedTiff: "TIFF" };

/** The unsupported types of TIFF, by `details.problem`. */
export const TIFF_KINDS: Record<string, Text> = {
  tiffNumbers: m.error_unsupportedPicture_tiffNumbers,
  tiffDepth: m.error_unsupportedPicture_tiffDepth,
  tiffCompression: m.error_unsupportedPicture_tiffCompression,
  tiffOldJpeg: m.error_unsupportedPicture_tiffOldJpeg,
  tiffColors: m.error_unsupportedPicture_tiffColors,
};
