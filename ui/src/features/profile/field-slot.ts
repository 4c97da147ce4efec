// What the slot below a field shows: one text, its tone, and what the user can do. Pure.

import type { Field } from "../../form/changes";
import type { FieldState } from "../../form/field-state";
import { errorText } from "../../errors/table";
import type { AppError, EditView } from "../../host/types";
import * as m from "../../messages";
import { app } from "../../state/app.svelte";
import { formattingLocale } from "../../state/locale.svelte";
import { maySendAgain, plainValue, storedAsHere, updatedText, wantsAddress } from "./edits";
import { editProblem } from "./language";

/**
 * The color: nothing to do (`hint`), not saved (`changed`), sent later (`waiting`), a decision (`warn`), or a problem
 * (`bad`).
 */
type Tone = "hint" | "changed" | "waiting" | "warn" | "bad";

interface Slot {
  state: FieldState;
  tone: Tone;
  text: string;
  /** Why an edit is not sent. */
  reason: AppError | null;
  /** The two values of a conflict. */
  mine: string;
  theirs: string;
  maySendAgain: boolean;
  /** Whether the picture can only be linked to. */
  wantsLink: boolean;
}

/** What the server has changed about a saved value, or what somebody else has changed; empty for nothing. */
function serverNote(field: Field): string {
  const { profile } = app.snapshot;
  if (profile?.storedAs.some((stored) => stored.field === field)) return storedAsHere(field);
  const { updated } = profile ?? {};
  return updated?.fields.some((name) => name === field) ? updatedText(updated.at, formattingLocale()) : "";
}

function editText(state: FieldState["kind"], { reason }: EditView): string {
  if (reason) return errorText(reason);
  switch (state) {
    case "conflict":
      return m.edit_state_conflict();
    case "saving":
      return m.status_saving();
    case "refused":
      return m.edit_state_refused();
    default:
      return app.snapshot.sync.state === "signedOut" ? m.slot_waiting_signed_out() : m.slot_waiting();
  }
}

const TONES: Record<FieldState["kind"], Tone> = {
  unchanged: "hint", changed: "changed", saving: "hint", waiting: "waiting", conflict: "warn", refused: "bad",
};

/** The slot of a field in a state. An error of the typed value comes before everything else. */
export function fieldSlot(
  state: FieldState, field: Field, texts: Partial<Record<"error" | "hint" | "changed", string | undefined>>, locale: string,
): Slot {
  const nothing = { state, reason: null, mine: "", theirs: "", maySendAgain: false, wantsLink: false };
  if (texts.error) return { ...nothing, tone: "bad", text: texts.error };
  if (state.kind === "changed") return { ...nothing, tone: "changed", text: texts.changed ?? m.changed() };
  if (!("edit" in state)) return { ...nothing, tone: "hint", text: serverNote(field) || texts.hint || "" };
  const { edit } = state;
  const reason = editProblem(edit, app.boot.languages);
  return {
    state,
    tone: TONES[state.kind],
    text: editText(state.kind, { ...edit, reason }),
    reason,
    mine: edit.field === "picture" && edit.picture ? "" : plainValue(edit.field, edit.mine, locale),
    theirs: plainValue(edit.field, edit.theirs ?? "", locale),
    maySendAgain: maySendAgain(edit),
    wantsLink: wantsAddress(edit),
  };
}
