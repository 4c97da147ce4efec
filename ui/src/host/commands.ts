// The commands of the shell, typed. Each rejects with an AppError and nothing else. State is never answered here
// except by `snapshot`: it arrives by the event.

import { invoke } from "@tauri-apps/api/core";

import { asAppError } from "./failure";
import type {
  DraftValues,
  Keep,
  PictureView,
  Preferences,
  PreparedPicture,
  ProfileChanges,
  ProfileField,
  SignIn,
  Snapshot,
  TokenSignIn,
} from "./types";

async function call<T>(command: string, payload?: Record<string, unknown> | Uint8Array): Promise<T> {
  try {
    return await invoke<T>(command, payload);
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

/** Stores the changes as edits; they are sent from there. */
export const saveProfile = (changes: ProfileChanges) => call<void>("save_profile", { changes });

/** Changes the person's own user role, at once or not at all. */
export const changeOwnRole = (role: string) => call<void>("change_own_role", { role });

/** Decides a conflict. */
export const resolveEdit = (field: ProfileField, keep: Keep) => call<void>("resolve_edit", { field, keep });

/** Forgets an edit that the server refused. */
export const dropEdit = (field: ProfileField) => call<void>("drop_edit", { field });

/** Stops the upload of a picture. */
export const cancelUpload = () => call<void>("cancel_upload");

/** Prepares a chosen picture; the bytes are the whole payload, which spares them the way through JSON. */
export const preparePicture = (bytes: Uint8Array) => call<PreparedPicture>("prepare_picture", bytes);

/** Loads the picture at an address, to be looked at. */
export const previewPictureUrl = (url: string) => call<PictureView>("preview_picture_url", { url });

/** Keeps the preferences. */
export const setPreferences = (preferences: Preferences) => call<void>("set_preferences", { preferences });
