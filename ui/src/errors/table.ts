// The one table of failures: what each means to the person and what helps. Nothing else on the page looks at codes to
// find words, or keeps a list of them for what is marked here.

import type { AppError, ErrorCode } from "../host/types";
import * as m from "../paraglide/messages";
import { LIST_PROBLEMS, NAME_PROBLEMS, PICTURE_KINDS, URL_PROBLEMS } from "../text/words";
import { emailText, passwordText, proxyText, serverText, tlsText, tokenText } from "./reasons";

/** How loud a failure is: `note` is expected, `warning` passes or can be waited out, `error` needs the person. */
export type Severity = "note" | "warning" | "error";

/** What helps: a sign-in, the keyring, another try, another value in the field; nothing where only waiting does. */
export type Action = "signIn" | "unlock" | "tryAgain" | "correct" | "none";

/**
 * What else is true of a failure: `detailed`: it lies between this computer and the API, so that others are asked about it;
 * `unheard`: the answer may be all that was lost; `unrefused`: an edit is parked, although no server has refused it;
 * `changeFirst`: another try with the same value fails again; `language`: what helps is another language.
 */
type Mark = "detailed" | "unheard" | "unrefused" | "changeFirst" | "language";

interface Row {
  severity: Severity;
  action: Action;
  text: (error: AppError) => string;
  marks: readonly Mark[];
}

const row = (severity: Severity, action: Action, text: Row["text"], ...marks: Mark[]): Row => ({ severity, action, text, marks });

function unsupported({ details }: AppError): string {
  if (details.problem === "rareJpeg") return m.error_unsupportedPicture_rareJpeg();
  const kind = details.problem ? PICTURE_KINDS[details.problem] : undefined;
  return kind ? m.error_unsupportedPicture_kind({ kind }) : m.error_unsupportedPicture();
}

/** The server's own sentence where it gave one: nobody else knows why it refused. */
function rejected({ details }: AppError): string {
  const message = details.serverMessage?.trim();
  return message ? m.error_rejected_said({ message }) : m.error_rejected();
}

/** What is too large for the way is not tried again without being asked. */
const routeBlocked = ({ details }: AppError): string =>
  details.problem === "size" ? m.error_routeBlocked_size() : m.error_routeBlocked();

/** Where nothing has changed, nobody else is blamed for it. */
const changed = ({ details }: AppError): string =>
  details.problem === "unchanged" ? m.error_changed_unchanged() : m.error_changed();

/** A server that would take a role away that cannot be sent along. */
const roleNotSent = (role: string | undefined): string => (role ? m.error_roleNotSent({ role }) : m.error_roleNotSent_unread());

const TABLE: Record<ErrorCode, Row> = {
  invalidServer: row("error", "correct", serverText),
  invalidEmail: row("error", "correct", emailText),
  invalidPassword: row("error", "correct", passwordText),
  invalidCode: row("error", "correct", () => m.error_invalidCode()),
  invalidToken: row("error", "correct", tokenText),
  network: row("warning", "tryAgain", () => m.error_network(), "unheard"),
  unknownServer: row("error", "correct", () => m.error_unknownServer()),
  tls: row("error", "none", tlsText, "detailed"),
  proxy: row("error", "tryAgain", proxyText, "detailed"),
  transient: row("warning", "tryAgain", () => m.error_transient(), "unheard"),
  between: row("warning", "tryAgain", () => m.error_between(), "detailed", "unheard"),
  routeBlocked: row("error", "correct", routeBlocked, "detailed", "unrefused"),
  notKept: row("error", "correct", () => m.error_notKept(), "unrefused"),
  otherPerson: row("warning", "tryAgain", () => m.error_otherPerson(), "detailed"),
  signedOut: row("warning", "signIn", () => m.error_signedOut()),
  wrongCredentials: row("error", "correct", () => m.error_wrongCredentials()),
  twoFactorRequired: row("note", "correct", () => m.error_twoFactorRequired()),
  twoFactorWrong: row("error", "correct", () => m.error_twoFactorWrong()),
  tokenRefused: row("error", "correct", () => m.error_tokenRefused()),
  forbidden: row("error", "none", () => m.error_forbidden()),
  missing: row("error", "correct", () => m.error_missing()),
  personGone: row("error", "none", () => m.error_personGone()),
  changed: row("warning", "tryAgain", changed),
  rejected: row("error", "correct", rejected),
  redirected: row("error", "none", () => m.error_redirected(), "detailed", "unheard"),
  unreadable: row("error", "none", () => m.error_unreadable(), "detailed", "unheard"),
  invalidName: row("error", "correct", ({ details }) => (NAME_PROBLEMS[details.problem ?? ""] ?? m.error_invalidName)()),
  languageNotOffered: row("error", "correct", () => m.error_languageNotOffered(), "unrefused", "changeFirst", "language"),
  invalidPictureUrl: row("error", "correct", ({ details }) => (URL_PROBLEMS[details.problem ?? ""] ?? m.error_invalidPictureUrl)()),
  pictureNotFound: row("error", "correct", () => m.error_pictureNotFound()),
  remotePicturesOff: row("error", "correct", () => m.error_remotePicturesOff()),
  notAPicture: row("error", "correct", () => m.error_notAPicture()),
  unsupportedPicture: row("error", "correct", unsupported),
  pictureTooLarge: row("error", "correct", () => m.error_pictureTooLarge()),
  damagedPicture: row("error", "correct", () => m.error_damagedPicture()),
  pictureGone: row("error", "correct", () => m.error_pictureGone(), "unrefused", "changeFirst"),
  uploadRefused: row("error", "correct", () => m.error_uploadRefused()),
  // Nobody is told what they did themselves; the row is there so that the table is whole.
  cancelled: row("note", "none", () => m.error_cancelled()),
  roleNotAllowed: row("error", "none", () => m.error_roleNotAllowed()),
  roleMoved: row("warning", "correct", ({ details }) => m.error_roleMoved({ role: details.problem ?? "" })),
  rowGone: row("error", "none", () => m.error_rowGone()),
  teamGone: row("error", "none", () => m.error_teamGone()),
  personMoved: row("warning", "correct", () => m.error_personMoved()),
  ownLanguageNeeded: row("error", "correct", () => m.error_ownLanguageNeeded(), "changeFirst", "language"),
  roleNotSent: row("error", "none", ({ details }) => roleNotSent(details.problem)),
  languageNeeded: row("error", "correct", () => m.error_languageNeeded()),
  notAList: row("error", "correct", ({ details }) => (LIST_PROBLEMS[details.problem ?? ""] ?? m.error_notAList)()),
  teamNotRead: row("warning", "none", () => m.error_teamNotRead()),
  exportFailed: row("error", "tryAgain", () => m.error_exportFailed()),
  unsentEdits: row("note", "none", ({ details }) => m.error_unsentEdits({ count: details.count ?? 1 })),
  keyringLocked: row("warning", "unlock", () => m.error_keyringLocked()),
  keyringAbsent: row("warning", "signIn", () => m.error_keyringAbsent()),
  tokenLeft: row("warning", "none", () => m.error_tokenLeft()),
  storageFailed: row("error", "tryAgain", () => m.error_storageFailed()),
  savingDisabled: row("error", "none", () => m.error_savingDisabled()),
  sandboxFailed: row("error", "tryAgain", () => m.error_sandboxFailed()),
  internal: row("error", "tryAgain", () => m.error_internal()),
};

/** The row of a failure; `internal` for a code from a newer shell. */
function rowOf(error: AppError): Row {
  return TABLE[error.code] ?? TABLE.internal;
}

/** A failure in one or two plain sentences. */
export const errorText = (error: AppError): string => rowOf(error).text(error);

/** How loud a failure is. */
export const errorSeverity = (error: AppError): Severity => rowOf(error).severity;

/** What helps against a failure. */
export const errorAction = (error: AppError): Action => rowOf(error).action;

const has = (mark: Mark) => (error: AppError): boolean => rowOf(error).marks.includes(mark);

/** Whether somebody else has to be asked about it, who wants the details. */
export const isDetailed = has("detailed");

/** Whether what was sent may have arrived all the same. */
export const isUnheard = has("unheard");

/** Whether an edit is parked for it that no server has refused. */
export const isUnrefused = has("unrefused");

/** Whether the value has to be another one before it is sent again. */
export const wantsChange = has("changeFirst");

/** Whether what helps is another language. */
export const asksForLanguage = has("language");

/** Every code that has a row. */
export const ERROR_CODES = Object.keys(TABLE) as ErrorCode[];
