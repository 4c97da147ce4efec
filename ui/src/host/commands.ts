// The commands of the shell, typed. Each rejects with an AppError and nothing else. State is never answered here
// except by `snapshot`: it arrives by the event.

import { invoke } from "@tauri-apps/api/core";

import { asAppError } from "./failure";
import type {
  BatchRowState,
  BatchWindow,
  DraftValues,
  Exported,
  HistoryWindow,
  Keep,
  OpenedPicture,
  PersonView,
  PictureCrop,
  PictureView,
  Preferences,
  PreparedPicture,
  ProfileChanges,
  ProfileField,
  RoleChanged,
  RoleChangeRequest,
  RoleDialog,
  RoleKind,
  SeenConflict,
  SelectionChange,
  SignIn,
  Snapshot,
  TeamQuery,
  TeamWindow,
  TokenSignIn,
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

/** Tells the shell that the first page is on screen, so that the window may be shown. */
export const painted = () => call<void>("painted");

/** Says that the event `closing` was heard and the person is being asked; without it the next wish to close is final. */
export const heardClosing = () => call<void>("heard_closing");

/** Closes the window, in answer to the event `closing`. */
export const closeWindow = () => call<void>("close_window");

/** The newest state. */
export const snapshot = () => call<Snapshot>("snapshot");

/** Signs in with email and password. */
export const signIn = (request: SignIn) => call<void>("sign_in", { request });

/** Signs in with an API token. */
export const signInWithToken = (request: TokenSignIn) => call<void>("sign_in_with_token", { request });

/** Ends the sign-in that waits for its server; that one rejects with `cancelled`. */
export const cancelSignIn = () => call<void>("cancel_sign_in");

/** Shows another account of this computer. */
export const switchAccount = (id: number) => call<void>("switch_account", { id });

/** Shows the sign-in page; this account stays signed in. */
export const leaveAccount = () => call<void>("leave_account");

/** Signs out; rejects with `unsentEdits` where there are some and `discardUnsent` is false. */
export const signOut = (discardUnsent: boolean) => call<void>("sign_out", { discardUnsent });

/** Asks the keyring again, after the person has unlocked it. */
export const retryKeyring = () => call<void>("retry_keyring");

/** Reads the profile from the server again and sends what waits. */
export const refresh = () => call<void>("refresh");

/** Keeps what is typed and not saved. */
export const keepDraft = (draft: DraftValues) => call<void>("keep_draft", { draft });

/** Forgets what was typed. */
export const dropDraft = () => call<void>("drop_draft");

/** Stores the changes as edits; they are sent from there. Answers the state after it: saving is what people wait for. */
export const saveProfile = (changes: ProfileChanges) => call<Snapshot>("save_profile", { changes });

/** Changes the person's own user role, at once or not at all. */
export const changeOwnRole = (role: string) => call<void>("change_own_role", { role });

/** Decides conflicts in one way. */
export const resolveEdits = (conflicts: readonly SeenConflict[], keep: Keep) => call<void>("resolve_edits", { conflicts, keep });

/** Sends an edit again that was refused or could not be sent, as it is. */
export const sendAgain = (field: ProfileField) => call<void>("send_again", { field });

/** Discards an edit that has not reached the server, as far as anybody knows. */
export const dropEdit = (field: ProfileField) => call<void>("drop_edit", { field });

/** Stops the upload of a picture. */
export const cancelUpload = () => call<void>("cancel_upload");

/** Pieces in which a file is handed over, in bytes: as a whole, a large one would lie in memory several times. */
export const PIECE = 1024 * 1024;

/** The first one: with it the shell begins to decode. */
export const FIRST_PIECE = 128 * 1024;

/** Which file a piece belongs to, and where in it. */
interface Place {
  file: number;
  at: number;
}

const headers = ({ file, at }: Place) => ({ "piece-of": `${file}`, "piece-at": `${at}` });

/** Hands over a piece of a file that is not its last. The bytes are the whole payload, which spares them the way through JSON. */
export const addToPicture = (place: Place, bytes: Uint8Array) => call<void>("add_to_picture", bytes, headers(place));

/** Opens a file in the editor; these are its last bytes, or all of them. */
export const openPicture = (place: Place, bytes: Uint8Array) => call<OpenedPicture>("open_picture", bytes, headers(place));

/** Opens the picture that was dropped on the window last. */
export const openDroppedPicture = () => call<OpenedPicture>("open_dropped_picture");

/** Opens the picture on the clipboard; null where there is none. */
export const openClipboardPicture = () => call<OpenedPicture | null>("open_clipboard_picture");

/** Opens a picture that is shown already. */
export const reopenPicture = (id: string) => call<OpenedPicture>("reopen_picture", { id });

/** What an opened picture would become, exactly. */
export const renderPicture = (id: string, crop: PictureCrop) => call<PictureView>("render_picture", { id, crop });

/** Makes the square of an opened picture, to be used in the form. */
export const usePicture = (id: string, crop: PictureCrop) => call<PreparedPicture>("use_picture", { id, crop });

/** Forgets an opened picture that is not used. */
export const closePicture = (id: string) => call<void>("close_picture", { id });

/** Loads the picture at an address, to be looked at. */
export const previewPictureUrl = (url: string) => call<PictureView>("preview_picture_url", { url });

/** Keeps the preferences. */
export const setPreferences = (preferences: Preferences) => call<void>("set_preferences", { preferences });

/** Opens the team of an organization, or of the one opened last: what was kept of it, and then a refresh. */
export const openTeam = (organization: string | null) => call<void>("open_team", { organization });

/** Reads the team from the server again. */
export const refreshTeam = () => call<void>("refresh_team");

/** Some of the rows that a query finds. */
export const teamRows = (query: TeamQuery, from: number, count: number) =>
  call<TeamWindow>("team_rows", { query, from, count });

/** Selects rows among those that a query finds; what was selected and is not found stays out of sight. */
export const selectTeam = (query: TeamQuery, change: SelectionChange) => call<void>("select_team", { query, change });

/** What may be made of the roles of a row. */
export const roleDialog = (id: string) => call<RoleDialog>("role_dialog", { id });

/** Changes a role, at once or not at all. */
export const changeRole = (request: RoleChangeRequest) => call<RoleChanged>("change_role", { request });

/** Plans one role for all selected rows that a query finds. */
export const planBatch = (query: TeamQuery, kind: RoleKind, role: string) =>
  call<void>("plan_batch", { query, kind, role });

/** Plans team roles from a file of email addresses and roles; the bytes are the whole payload. */
export const importBatch = (bytes: Uint8Array) => call<void>("import_batch", bytes);

/** Some rows of the batch; only those of one state where one is named. */
export const batchRows = (only: BatchRowState | null, from: number, count: number) =>
  call<BatchWindow>("batch_rows", { only, from, count });

/** Makes the planned changes. It answers at once; how far it is says the state. */
export const runBatch = () => call<void>("run_batch");

/** Makes no more changes; those on their way are waited for. */
export const cancelBatch = () => call<void>("cancel_batch");

/** Tries what failed or was cancelled once more, from the roles that the rows have now. It answers at once. */
export const retryBatch = () => call<void>("retry_batch");

/** Plans the way back of what was made. */
export const undoBatch = () => call<void>("undo_batch");

/** Forgets the batch; one that runs is cancelled. */
export const closeBatch = () => call<void>("close_batch");

/** Some of the changes of roles made from this computer that hold a text. */
export const roleHistory = (search: string, from: number, count: number) =>
  call<HistoryWindow>("role_history", { search, from, count });

/** Writes the rows that a query finds as CSV. */
export const exportTeam = (query: TeamQuery) => call<Exported>("export_team", { query });

/** Writes the changes of roles that hold a text as CSV. */
export const exportHistory = (search: string) => call<Exported>("export_history", { search });

/** Everything about one row. */
export const openPerson = (id: string) => call<PersonView>("open_person", { id });

/** Changes name, picture or language of somebody else, at once or not at all. */
export const savePerson = (id: string, changes: ProfileChanges) => call<void>("save_person", { id, changes });

/** Keeps what is typed about somebody else and not saved; null forgets it. */
export const keepPersonDraft = (id: string, draft: DraftValues | null) =>
  call<void>("keep_person_draft", { id, draft });
