// The table of all error codes: severity, remedy, text and traits of each. Other code asks the functions here instead
// of listing error codes itself.

import type { AppError, ErrorCode } from "../host/types";
import * as m from "../messages";
import {
  LINKED_PICTURE_KINDS, LIST_PROBLEMS, NAME_PROBLEMS, PICTURE_KINDS, RARE_PICTURE_KINDS, TAG_PROBLEMS, TIFF_KINDS, URL_PROBLEMS,
} from "../text/words";
import { emailText, linkText, newPasswordText, passwordText, proxyText, serverText, tlsText, tokenText } from "./reasons";
import { listOf } from "../text/lists";

/** `note`: expected. `warning`: temporary. `error`: the user has to act. */
export type Severity = "note" | "warning" | "error";

/**
 * What the user can do: sign in, unlock the keyring, let Lapel remove extra entries of the keyring, try again or correct the
 * value. `none`: only wait.
 */
type Action = "signIn" | "unlock" | "removeSurplus" | "tryAgain" | "correct" | "none";

/**
 * Further properties of an error:
 * - `hasDetails`: the cause is between this computer and the API, and support needs the technical details;
 * - `outcomeUnknown`: the request may have succeeded, and only the response was lost;
 * - `notRefusedByServer`: an edit was rejected, but not by the server;
 * - `needsDifferentValue`: sending the same value again would fail again;
 * - `needsOtherLanguage`: the user has to choose another language.
 */
type Trait = "hasDetails" | "outcomeUnknown" | "notRefusedByServer" | "needsDifferentValue" | "needsOtherLanguage";

interface Row {
  severity: Severity;
  action: Action;
  text: (error: AppError) => string;
  traits: readonly Trait[];
}

const row = (severity: Severity, action: Action, text: Row["text"], ...traits: Trait[]): Row => ({
  severity, action, text, traits,
});

function unsupported({ details }: AppError): string {
  const { problem } = details;
  if (!problem) return m.error_unsupportedPicture();
  if (problem === "cameraRaw") return m.error_unsupportedPicture_raw();
  const tiff = TIFF_KINDS[problem];
  if (tiff) return tiff();
  const rare = RARE_PICTURE_KINDS[problem];
  if (rare) return m.error_unsupportedPicture_rare({ kind: rare });
  const linked = LINKED_PICTURE_KINDS[problem];
  if (linked) return m.error_unsupportedPicture_link({ kind: linked });
  const kind = PICTURE_KINDS[problem];
  return kind ? m.error_unsupportedPicture_kind({ kind }) : m.error_unsupportedPicture();
}

/** The server's own message, if there is one: only the server knows the reason. */
function rejected({ details }: AppError): string {
  const message = details.serverMessage?.trim();
  return message ? m.error_rejected_said({ message }) : m.error_rejected();
}

/** With the server's own message, if there is one: only the server knows its rules for passwords. */
function weakPassword({ details }: AppError): string {
  const message = details.serverMessage?.trim();
  return message ? m.error_weakPassword_said({ message }) : m.error_weakPassword();
}

function exportFailed({ details }: AppError): string {
  if (details.problem === "full") return m.error_exportFailed_full();
  return details.problem === "folder" ? m.error_exportFailed_folder() : m.error_exportFailed();
}

const routeBlocked = ({ details }: AppError): string =>
  details.problem === "size" ? m.error_routeBlocked_size() : m.error_routeBlocked();

/**
 * `unchanged`: the server reported a conflict although nothing has changed, so the text must not blame another
 * person.
 */
const changed = ({ details }: AppError): string =>
  details.problem === "unchanged" ? m.error_changed_unchanged() : m.error_changed();

/** The edit was not sent, because the server would remove the role `role`. */
const roleNotSent = (role: string | undefined): string => (role ? m.error_roleNotSent({ role }) : m.error_roleNotSent_unread());

/** The names of columns of a file, as a list in a sentence. */
const quotedList = (names: readonly string[] = []): string => listOf(names.map((text) => m.quoted({ text })));

const TABLE: Record<ErrorCode, Row> = {
  invalidServer: row("error", "correct", serverText),
  invalidEmail: row("error", "correct", emailText),
  invalidPassword: row("error", "correct", passwordText),
  invalidNewPassword: row("error", "correct", newPasswordText),
  invalidLink: row("error", "correct", linkText),
  invalidCode: row("error", "correct", () => m.error_invalidCode()),
  invalidToken: row("error", "correct", tokenText),
  network: row("warning", "tryAgain", () => m.error_network(), "outcomeUnknown"),
  unknownServer: row("error", "correct", () => m.error_unknownServer()),
  tls: row("error", "none", tlsText, "hasDetails"),
  proxy: row("error", "tryAgain", proxyText, "hasDetails"),
  transient: row("warning", "tryAgain", () => m.error_transient(), "outcomeUnknown"),
  intermediary: row("warning", "tryAgain", () => m.error_intermediary(), "hasDetails", "outcomeUnknown"),
  olderProfile: row("warning", "tryAgain", () => m.error_olderProfile(), "hasDetails", "outcomeUnknown"),
  routeBlocked: row("error", "correct", routeBlocked, "hasDetails", "notRefusedByServer"),
  notKept: row("error", "correct", () => m.error_notKept(), "notRefusedByServer"),
  otherPerson: row("warning", "tryAgain", () => m.error_otherPerson(), "hasDetails"),
  signedOut: row("warning", "signIn", () => m.error_signedOut()),
  wrongCredentials: row("error", "correct", () => m.error_wrongCredentials()),
  wrongPassword: row("error", "correct", () => m.error_wrongPassword()),
  weakPassword: row("error", "correct", weakPassword),
  passwordUnknown: row("warning", "none", () => m.error_passwordUnknown(), "hasDetails", "outcomeUnknown"),
  linkRefused: row("error", "correct", () => m.error_linkRefused()),
  tooSoon: row("note", "tryAgain", () => m.error_tooSoon()),
  alreadyVerified: row("note", "none", () => m.error_alreadyVerified()),
  twoFactorKept: row("error", "none", () => m.error_twoFactorKept()),
  twoFactorRequired: row("note", "correct", () => m.error_twoFactorRequired()),
  twoFactorWrong: row("error", "correct", () => m.error_twoFactorWrong()),
  tokenRefused: row("error", "correct", () => m.error_tokenRefused()),
  forbidden: row("error", "none", () => m.error_forbidden()),
  missing: row("error", "correct", () => m.error_missing()),
  personGone: row("error", "none", () => m.error_personGone()),
  changed: row("warning", "tryAgain", changed),
  rejected: row("error", "correct", rejected),
  redirected: row("error", "none", () => m.error_redirected(), "hasDetails", "outcomeUnknown"),
  unreadable: row("error", "none", () => m.error_unreadable(), "hasDetails", "outcomeUnknown"),
  invalidName: row("error", "correct", ({ details }) => (NAME_PROBLEMS[details.problem ?? ""] ?? m.error_invalidName)()),
  languageNotOffered: row("error", "correct", () => m.error_languageNotOffered(), "notRefusedByServer", "needsDifferentValue", "needsOtherLanguage"),
  invalidPictureUrl: row("error", "correct", ({ details }) => (URL_PROBLEMS[details.problem ?? ""] ?? m.error_invalidPictureUrl)()),
  pictureNotFound: row("error", "correct", () => m.error_pictureNotFound()),
  remotePicturesOff: row("error", "correct", () => m.error_remotePicturesOff()),
  notAPicture: row("error", "correct", () => m.error_notAPicture()),
  unsupportedPicture: row("error", "correct", unsupported),
  pictureTooLarge: row("error", "correct", () => m.error_pictureTooLarge()),
  damagedPicture: row("error", "correct", () => m.error_damagedPicture()),
  pictureGone: row("error", "correct", () => m.error_pictureGone(), "notRefusedByServer", "needsDifferentValue"),
  uploadRefused: row("error", "correct", () => m.error_uploadRefused()),
  // Never shown, because the user cancelled it. The type requires a row for every code.
  cancelled: row("note", "none", () => m.error_cancelled()),
  roleNotAllowed: row("error", "none", () => m.error_roleNotAllowed()),
  roleMoved: row("warning", "correct", ({ details }) => m.error_roleMoved({ role: details.problem ?? "" })),
  invalidTag: row("error", "correct", ({ details }) => (TAG_PROBLEMS[details.problem ?? ""] ?? m.error_invalidTag)()),
  tagsNotAllowed: row("error", "none", () => m.error_tagsNotAllowed()),
  tagsMoved: row("warning", "correct", () => m.error_tagsMoved()),
  rowGone: row("error", "none", () => m.error_rowGone()),
  teamGone: row("error", "none", () => m.error_teamGone()),
  personMoved: row("warning", "correct", () => m.error_personMoved()),
  ownLanguageNeeded: row("error", "correct", () => m.error_ownLanguageNeeded(), "needsDifferentValue", "needsOtherLanguage"),
  roleNotSent: row("error", "none", ({ details }) => roleNotSent(details.problem)),
  languageNeeded: row("error", "correct", () => m.error_languageNeeded()),
  notAList: row("error", "correct", ({ details }) => (LIST_PROBLEMS[details.problem ?? ""] ?? m.error_notAList)({ columns: quotedList(details.columns) })),
  teamNotRead: row("warning", "none", () => m.error_teamNotRead()),
  batchRunning: row("warning", "none", () => m.error_batchRunning()),
  exportFailed: row("error", "tryAgain", exportFailed),
  folderNotShown: row("warning", "none", () => m.error_folderNotShown()),
  pageNotOpened: row("warning", "none", () => m.error_pageNotOpened()),
  notCopied: row("warning", "tryAgain", () => m.error_notCopied()),
  unsentEdits: row("note", "none", ({ details }) => m.error_unsentEdits({ count: details.count ?? 1 })),
  keyringLocked: row("warning", "unlock", () => m.error_keyringLocked()),
  keyringAbsent: row("warning", "signIn", () => m.error_keyringAbsent()),
  keyringAmbiguous: row("warning", "none", () => m.error_keyringAmbiguous()),
  keyringNotSetUp: row("warning", "none", () => m.error_keyringNotSetUp()),
  tokenAmbiguous: row("warning", "removeSurplus", () => m.error_tokenAmbiguous()),
  tokenLeft: row("warning", "none", () => m.error_tokenLeft()),
  storageFailed: row("error", "tryAgain", () => m.error_storageFailed()),
  savingDisabled: row("error", "none", () => m.error_savingDisabled()),
  sandboxFailed: row("error", "tryAgain", () => m.error_sandboxFailed()),
  internal: row("error", "tryAgain", () => m.error_internal()),
};

/** The row of an error. An unknown code gets the row of `internal`. */
function rowOf(error: AppError): Row {
  return TABLE[error.code] ?? TABLE.internal;
}

/** An error in one or two sentences. */
export const errorText = (error: AppError): string => rowOf(error).text(error);

/** The severity of an error. */
export const errorSeverity = (error: AppError): Severity => rowOf(error).severity;

/** What the user can do about an error. */
export const errorAction = (error: AppError): Action => rowOf(error).action;

const has = (trait: Trait) => (error: AppError): boolean => rowOf(error).traits.includes(trait);

/** Whether the technical details are shown. */
export const hasDetails = has("hasDetails");

/** Whether the request may have succeeded although no response arrived. */
export const isOutcomeUnknown = has("outcomeUnknown");

/** Whether an edit was rejected for this reason by something other than the server. */
export const isNotRefusedByServer = has("notRefusedByServer");

/** Whether the value has to be changed before it can be sent again. */
export const needsDifferentValue = has("needsDifferentValue");

/** Whether the user has to choose another language. */
export const needsOtherLanguage = has("needsOtherLanguage");

/** All error codes. */
export const ERROR_CODES = Object.keys(TABLE) as ErrorCode[];
