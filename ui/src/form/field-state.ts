// The state of a form field: what has happened to its value, and who has to act. Pure.

import type { EditView } from "../host/types";
import { needsUserAction, type SaveStatus } from "./status";

/**
 * - `unchanged`: the server has the shown value;
 * - `changed`: typed, but not saved;
 * - `saving`: on the way to the server;
 * - `waiting`: saved on this computer, and sent automatically;
 * - `conflict`: somebody else has changed the value, too;
 * - `refused`: not sent again unless the user acts. This includes values that the server did not refuse itself.
 */
export type FieldState =
  | { kind: "unchanged" | "changed" }
  | { kind: "saving" | "waiting" | "conflict" | "refused"; edit: EditView };

/** The state of a field with or without a typed value and an unsent edit. A typed value replaces the edit when it is saved. */
export function fieldState(isTyped: boolean, edit: EditView | undefined, status: SaveStatus): FieldState {
  if (isTyped) return { kind: "changed" };
  if (!edit) return { kind: "unchanged" };
  if (edit.state === "conflict") return { kind: "conflict", edit };
  if (edit.state === "refused" || needsUserAction(edit)) return { kind: "refused", edit };
  return { kind: edit.state === "sending" || status === "saving" ? "saving" : "waiting", edit };
}

/** How many fields wait for a decision of the user: conflicts, and values that are not sent again by themselves. */
export function waitingForUser(edits: readonly EditView[]): { conflicts: number; refused: number } {
  const states = edits.map((edit) => fieldState(false, edit, "none").kind);
  const number = (kind: FieldState["kind"]): number => states.filter((state) => state === kind).length;
  return { conflicts: number("conflict"), refused: number("refused") };
}
