// The picture of the form: a typed URL, a cancelled upload, and where its errors are shown. Pure.

import type { AppError, EditView, PictureChoice, PictureView, Snapshot } from "../host/types";

/**
 * The picture choice for a text typed into "Picture URL"; undefined if the saved picture stays. `before` is the
 * choice that the URL replaced. Clearing the URL restores it.
 */
export function choiceForUrl(typed: string, saved: PictureView | null, before?: PictureChoice): PictureChoice | undefined {
  const url = typed.trim();
  const savedUrl = saved?.url ?? "";
  if (url !== "") return url === savedUrl ? undefined : { kind: "url", url: typed };
  return before ?? (savedUrl === "" ? undefined : { kind: "removed" });
}

/** A cancelled upload whose outcome is not known yet. */
export interface CancelledUpload {
  /** The id of the chosen picture. */
  pictureId: string;
  /** The address of the profile's picture when the upload was cancelled. */
  addressBefore: string;
}

/** The cancelled upload of an edit; null if the edit's picture is not stored on this computer. */
export function cancelledUpload(edit: EditView | undefined, snapshot: Snapshot): CancelledUpload | null {
  if (!edit?.picture || edit.mine !== "" || !snapshot.profile) return null;
  return { pictureId: edit.picture.id, addressBefore: snapshot.profile.pictureAddress };
}

/**
 * The outcome of cancelling an upload. `pending`: not known yet. `cancelled`: the picture can return to the form.
 * `arrived`: the cancellation came too late, and the server has the picture.
 */
export function cancelOutcome(upload: CancelledUpload, snapshot: Snapshot): "pending" | "cancelled" | "arrived" {
  if (snapshot.edits.some((edit) => edit.picture?.id === upload.pictureId)) return "pending";
  return snapshot.profile?.pictureAddress === upload.addressBefore ? "cancelled" : "arrived";
}

/** Where an error of the picture is shown: at the URL field if a URL is typed, otherwise at the file field. */
function pictureFailureTarget(choice: PictureChoice | undefined): "url" | "file" {
  return choice?.kind === "url" ? "url" : "file";
}

/** Where an error of a save is shown. */
export function failureTarget({ details: { field } }: AppError, choice: PictureChoice | undefined) {
  return field === "picture" ? pictureFailureTarget(choice) : (field ?? "form");
}
