// The commands of the shell, typed. Each rejects with an AppError. The state reaches the page only through
// `nextSnapshot`. A command that changes the state resolves when the page has applied the snapshot with the change.

import { invoke } from "@tauri-apps/api/core";

import { asAppError } from "./failure";
import { revisionArrived } from "./revisions";
import type {
  BatchRowState, BatchWindow, Changed, CopiedEmails, DataTexts, DraftValues, Exported, ForgottenPassword, FoundPeople, FoundPicture,
  HistoryWindow, Keep, ListSeparator, OpenedPicture, PasswordChange, PasswordConfirmation, PasswordReset,
  PersonView, PictureCrop, PictureView, Preferences, PreparedPicture, ProfileChanges, ProfileField, RoleChanged,
  RoleChangeRequest, RoleDialog, RoleKind, SavedFile, SeenConflict, SelectionChange, SignIn, SignOutScope, Snapshot,
  TagsChanged, TagsChangeRequest, TagsEdit, TagSuggestions, TeamQuery, TeamWindow, TokenSignIn, UnsentWork,
} from "./types";

async function call<T>(
  command: string,
  payload?: Record<string, unknown> | Uint8Array,
  headers?: Record<string, string>,
): Promise<T> {
  try {
    return await invoke<T>(command, payload, headers && { headers });
  } catch (caught) {
    throw asAppError(caught);
  }
}

/** Sends a command that changes the state, and waits for the snapshot with the change. */
const change = async (command: string, payload?: Record<string, unknown> | Uint8Array): Promise<void> =>
  revisionArrived(await call<number>(command, payload));

/** Like `change`, for a command that has a result as well. */
async function changeWithResult<T>(command: string, payload: Record<string, unknown>): Promise<T> {
  const { revision, value } = await call<Changed<T>>(command, payload);
  await revisionArrived(revision);
  return value;
}

/** Reports the first paint, so that the shell shows the window. */
export const painted = () => call<void>("painted");

/** Starts everything that must not delay the first paint: the session, the demo server, the first sync. */
export const start = () => call<void>("start");

/** Keeps the page of an account for the next start with the same data. An exact one was taken right after the start. */
export const keepFirstPage = (account: number, page: string, exact: boolean) =>
  call<void>("keep_first_page", { account, page, exact });

/**
 * Confirms the event `closing` when the window stays open for now, usually because the page asks the user. Without this
 * confirmation, the next attempt to close the window succeeds.
 */
export const acknowledgeClosing = () => call<void>("acknowledge_closing");

/** Closes the window. Call it in response to the event `closing`. */
export const closeWindow = () => call<void>("close_window");

/** Waits for the next snapshot after a revision; null: returns the present one. */
export const nextSnapshot = (after: number | null) => call<Snapshot>("next_snapshot", { after });

/** Signs in with email and password. */
export const signIn = (request: SignIn) => change("sign_in", { request });

/** Signs in with an API token. */
export const signInWithToken = (request: TokenSignIn) => change("sign_in_with_token", { request });

/** Cancels the sign-in in progress, which then rejects with `cancelled`. */
export const cancelSignIn = () => call<void>("cancel_sign_in");

/** Switches to another account on this computer. */
export const switchAccount = (id: number) => change("switch_account", { id });

/** Shows the sign-in page. The account stays signed in. */
export const leaveAccount = () => change("leave_account");

/** Signs out. Rejects with `unsentEdits` if there are any and `discardUnsent` is false. */
export const signOut = (scope: SignOutScope, discardUnsent: boolean) => change("sign_out", { scope, discardUnsent });

/** What a sign-out would lose, for the accounts that would lose something. */
export const unsentWork = (scope: SignOutScope) => call<UnsentWork[]>("unsent_work", { scope });

/** Reads the keyring again, after the user has unlocked it, or stores the sign-in in it if the user is signed in. */
export const retryKeyring = () => change("retry_keyring");

/** Removes keyring entries that another program may have made. Only after the user has agreed. */
export const removeSurplusEntries = () => change("remove_surplus_entries");

/** Changes the password. Rejects with `passwordUnknown` if the response was lost. Nothing is sent again. */
export const changePassword = (request: PasswordChange) => call<void>("change_password", { request });

/**
 * Asks for a mail with a link for a new password, signed in or not. Resolves also if nobody has the address. The demo
 * server sends no mails, so the result has its link.
 */
export const forgotPassword = (server: string, email: string) =>
  call<ForgottenPassword>("forgot_password", { server, email });

/** Sets a new password with the link of a mail, signed in or not. The token alone is accepted, too. */
export const resetPassword = (request: PasswordReset) => call<void>("reset_password", { request });

/** Asks for another mail that verifies the email address. */
export const resendVerification = (request: PasswordConfirmation) => call<void>("resend_verification", { request });

/** Switches two-factor authentication off, and waits for the profile that says so. */
export const removeTwoFactor = (request: PasswordConfirmation) => change("remove_two_factor", { request });

/** Opens the service's page for switching two-factor authentication on, in the browser. */
export const openTwoFactorPage = () => call<void>("open_two_factor_page");

/** Writes what this computer has about the account into the folder for downloads. */
export const exportData = (texts: DataTexts, separator: ListSeparator) =>
  call<SavedFile>("export_data", { texts, separator });

/** Shows the file that was exported last in the file manager. */
export const showExportedData = () => call<void>("show_exported_data");

/** Fetches the profile from the server again and sends the waiting edits. */
export const refresh = () => change("refresh");

/** Stores the draft: values that are typed but not saved. */
export const keepDraft = (draft: DraftValues) => change("keep_draft", { draft });

/** Deletes the draft. */
export const dropDraft = () => change("drop_draft");

/**
 * Stores the changes as edits, which are then sent. The shell skips snapshots of states that last only a moment. If the
 * server responds quickly, this resolves when the page already shows the outcome, without a flash of "Saving…".
 */
export const saveProfile = (changes: ProfileChanges) => change("save_profile", { changes });

/** Changes the user's own role immediately. It is never queued. */
export const changeOwnRole = (role: string) => change("change_own_role", { role });

/** Resolves conflicts: keeps the user's or the server's value for all of them. */
export const resolveEdits = (conflicts: readonly SeenConflict[], keep: Keep) => change("resolve_edits", { conflicts, keep });

/** Sends a rejected edit again, unchanged. */
export const sendAgain = (field: ProfileField) => change("send_again", { field });

/** Discards an edit that has not reached the server, as far as is known. */
export const dropEdit = (field: ProfileField) => change("drop_edit", { field });

/** Stops the upload of a picture. */
export const cancelUpload = () => change("cancel_upload");

/**
 * Size of the pieces in which a file is sent to the shell, in bytes. A large file sent at once would be copied
 * several times.
 */
export const PIECE_SIZE = 1024 * 1024;

/** Size of the first piece, in bytes. It is smaller, because the shell starts decoding with it. */
export const FIRST_PIECE_SIZE = 128 * 1024;

/** The position of a piece: a number that identifies the file, and the offset in bytes. */
interface PiecePosition {
  file: number;
  offset: number;
}

const headers = ({ file, offset }: PiecePosition) => ({ "piece-of": `${file}`, "piece-at": `${offset}` });

/**
 * Sends a piece of a file, except the last one. The bytes are the whole payload, so that they are not encoded as
 * JSON.
 */
export const addToPicture = (position: PiecePosition, bytes: Uint8Array) =>
  call<void>("add_to_picture", bytes, headers(position));

/** Sends the last piece of a file (or the only one) and opens the picture. */
export const openPicture = (position: PiecePosition, bytes: Uint8Array) =>
  call<OpenedPicture>("open_picture", bytes, headers(position));

/** Opens the file that was last dropped on the window, or returns the address. */
export const openDroppedPicture = () => call<FoundPicture>("open_dropped_picture");

/** Opens the picture on the clipboard, or returns its address or HTML; null if there is none. */
export const openClipboardPicture = () => call<FoundPicture | null>("open_clipboard_picture");

/** Opens a picture that is already in the profile or in the form. */
export const reopenPicture = (id: string) => call<OpenedPicture>("reopen_picture", { id });

/** Renders the result of cropping an opened picture, as a preview. */
export const renderPicture = (id: string, crop: PictureCrop) => call<PictureView>("render_picture", { id, crop });

/** Crops an opened picture and stores the result, for use in the form. */
export const usePicture = (id: string, crop: PictureCrop) => call<PreparedPicture>("use_picture", { id, crop });

/** Discards an opened picture that is not used. */
export const closePicture = (id: string) => call<void>("close_picture", { id });

/** Loads the picture at an address, as a preview. */
export const previewPictureUrl = (url: string) => call<PictureView>("preview_picture_url", { url });

/** Stores the preferences. */
export const setPreferences = (preferences: Preferences) => change("set_preferences", { preferences });

/** Opens the team of an organization; null for the last opened one. Shows the cached rows first, then refreshes. */
export const openTeam = (organization: string | null) => change("open_team", { organization });

/** Fetches the team from the server again. */
export const refreshTeam = () => change("refresh_team");

/** Returns a range of the rows that match a query. */
export const teamRows = (query: TeamQuery, from: number, count: number) =>
  call<TeamWindow>("team_rows", { query, from, count });

/** Finds people of the open or cached team. The list of the team stays as it is. */
export const findPeople = (search: string) => call<FoundPeople>("find_people", { search });

/** Changes the selection among the rows that match a query. The selection of other rows stays unchanged. */
export const selectTeam = (query: TeamQuery, change: SelectionChange) => call<void>("select_team", { query, change });

/** Returns the roles that a row can get. */
export const roleDialog = (id: string) => call<RoleDialog>("role_dialog", { id });

/** Changes a role immediately. It is never queued. */
export const changeRole = (request: RoleChangeRequest) => changeWithResult<RoleChanged>("change_role", { request });

/** Returns the tags to choose from. */
export const teamTags = (selected: TeamQuery | null) => call<TagSuggestions>("team_tags", { selected });

/** Changes the tags of one row immediately. It is never queued. */
export const changeTags = (request: TagsChangeRequest) => changeWithResult<TagsChanged>("change_tags", { request });

/** Plans a batch: adds tags to all selected rows that match a query, and removes others. */
export const planTags = (query: TeamQuery, edit: TagsEdit) => change("plan_tags", { query, edit });

/** Plans a batch: one role for all selected rows that match a query. */
export const planBatch = (query: TeamQuery, kind: RoleKind, role: string) =>
  change("plan_batch", { query, kind, role });

/** Plans a batch from a file with email addresses and team roles. The bytes are the whole payload. */
export const importBatch = (bytes: Uint8Array) => change("import_batch", bytes);

/** Returns a range of the rows of the batch; only those in the state `only`, if it is given. */
export const batchRows = (only: BatchRowState | null, from: number, count: number) =>
  call<BatchWindow>("batch_rows", { only, from, count });

/** Starts the batch and returns immediately. The snapshot contains the progress. */
export const runBatch = () => change("run_batch");

/** Stops the batch. Requests in progress are completed. */
export const cancelBatch = () => change("cancel_batch");

/** Continues the batch with the failed and cancelled rows, based on their current roles. */
export const retryBatch = () => change("retry_batch");

/** Plans a batch that undoes the changes made. */
export const undoBatch = () => change("undo_batch");

/** Closes the batch; a running one cannot be closed. The history keeps it. */
export const closeBatch = () => change("close_batch");

/** Shows a batch of the history again. */
export const openBatch = (id: string) => change("open_batch", { id });

/** Returns a range of the role changes made on this computer that match a search text. */
export const roleHistory = (search: string, from: number, count: number) =>
  call<HistoryWindow>("role_history", { search, from, count });

/** Copies the email addresses of the rows that match a query to the clipboard; if some of them are selected, only theirs. */
export const copyTeamEmails = (query: TeamQuery) => call<CopiedEmails>("copy_team_emails", { query });

/** Exports the rows that match a query as CSV; if some of them are selected, only those. */
export const exportTeam = (query: TeamQuery, separator: ListSeparator) =>
  call<Exported>("export_team", { query, separator });

/** Exports the role changes that match a search text as CSV. */
export const exportHistory = (search: string, separator: ListSeparator) =>
  call<Exported>("export_history", { search, separator });

/** Returns all details of one person. */
export const openPerson = (id: string) => call<PersonView>("open_person", { id });

/** Changes name, picture or language of another person immediately. It is never queued. */
export const savePerson = (id: string, changes: ProfileChanges) => change("save_person", { id, changes });

/** Stores the draft about another person; null deletes it. */
export const keepPersonDraft = (id: string, draft: DraftValues | null) =>
  call<void>("keep_person_draft", { id, draft });
