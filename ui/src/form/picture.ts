// What happens to the form's picture: an address typed and cleared, an upload taken back. Pure.

import type { AppError, EditView, PictureChoice, PictureView, Snapshot } from "../host/types";

/**
 * What an address typed into "Picture URL" means for the picture; undefined where the saved one stays. `before` is the
 * choice that the address took the place of: clearing the address brings it back.
 */
export function choiceForUrl(typed: string, saved: PictureView | null, before?: PictureChoice): PictureChoice | undefined {
  const url = typed.trim();
  const savedUrl = saved?.url ?? "";
  if (url !== "") return url === savedUrl ? undefined : { kind: "url", url: typed };
  return before ?? (savedUrl === "" ? undefined : { kind: "removed" });
}

/** An upload that was cancelled, until it is known what became of it. */
export interface TakenBack {
  /** The picture as it was chosen. */
  held: string;
  /** The profile's picture at that moment. */
  address: string;
}

/** What is taken back when the upload of this edit is cancelled; null where its picture is not on this computer. */
export function takenBack(edit: EditView | undefined, snapshot: Snapshot): TakenBack | null {
  if (!edit?.picture || edit.mine !== "" || !snapshot.profile) return null;
  return { held: edit.picture.id, address: snapshot.profile.pictureAddress };
}

/**
 * What became of it: still being cancelled, back in the form, or arrived all the same because the cancelling came too
 * late.
 */
export function fateOf(taken: TakenBack, snapshot: Snapshot): "pending" | "back" | "arrived" {
  if (snapshot.edits.some((edit) => edit.picture?.id === taken.held)) return "pending";
  return snapshot.profile?.pictureAddress === taken.address ? "back" : "arrived";
}

/** Where a failure of the picture is said: at the address where one is typed, else at the file. */
export function placeOfPicture(choice: PictureChoice | undefined): "url" | "file" {
  return choice?.kind === "url" ? "url" : "file";
}

/** Where a failure of a save is said. */
export function placeOf({ details: { field } }: AppError, choice: PictureChoice | undefined) {
  return field === "picture" ? placeOfPicture(choice) : (field ?? "form");
}
