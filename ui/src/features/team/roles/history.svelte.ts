// The state of the history of changes: its search, its export, and what can be done with a row.

import { errorText } from "../../../errors/table";
import { changeRole, changeTags, exportHistory, roleHistory } from "../../../host/commands";
import { asAppError } from "../../../host/failure";
import type { BatchState, HistoryRow } from "../../../host/types";
import * as m from "../../../messages";
import { listSeparator } from "../../../text/list-separator";
import type { TeamState } from "../state";
import { PagedRows } from "./paged-rows.svelte";
import { roleName, singleChangeFailureText } from "./role-texts";
import { tagsUndoneText } from "./tag-texts";

/** What the history needs of the team page. */
type Page = Pick<TeamState, "team" | "overlay" | "batch" | "undoNotice">;

/** The text of the status line. */
interface Status {
  text: string;
  isFailure: boolean;
}

const NO_STATUS: Status = { text: "", isFailure: false };

/** Makes the change that undoes a row, and says what was done. */
async function undoneText({ name, undo, undoTags }: HistoryRow): Promise<string> {
  if (undoTags) return tagsUndoneText(await changeTags(undoTags));
  if (!undo) return "";
  const { kind, from, to } = await changeRole(undo);
  return m.role_changed_back({ name, from: roleName(kind, from), to: roleName(kind, to) });
}

/** The state of the history dialog. */
export class RoleHistory {
  readonly rows = new PagedRows<HistoryRow>();
  search = $state("");
  status = $state.raw(NO_STATUS);
  exporting = $state(false);
  /** Whether a change is being undone. */
  undoing = $state(false);

  #batchState: BatchState | null;

  constructor(private readonly page: Page) {
    this.#batchState = page.batch.view?.state ?? null;
    this.searchFor("");
  }

  /** Shows the changes that contain a text. */
  searchFor(text: string): void {
    this.search = text;
    this.rows.query((from, count) => roleHistory(text, from, count));
  }

  /** Applies the state of the batch in a new snapshot: a batch that starts or ends changes its row. */
  applyBatchState(state: BatchState | null): void {
    if (state === this.#batchState) return;
    this.#batchState = state;
    this.rows.reload();
  }

  /** Opens a batch, to look at it, to continue it or to undo it. */
  async open(id: string): Promise<void> {
    this.status = NO_STATUS;
    try {
      await this.page.batch.openFromHistory(id);
      this.page.overlay.close();
    } catch (caught) {
      this.#fail(errorText(asAppError(caught)));
    }
  }

  /** Gives a person the former role or tags back. */
  async undo(row: HistoryRow): Promise<void> {
    const { name, kind } = row;
    const id = (row.undo ?? row.undoTags)?.id;
    if (id === undefined || this.undoing) return;
    const { team, undoNotice } = this.page;
    this.undoing = true;
    this.#say(m.role_change_undoing());
    try {
      this.#say(await undoneText(row));
      team.reloadRows();
      // The notice about the same change must not offer to undo it once more.
      if (undoNotice.change?.id === id && undoNotice.change.kind === kind) undoNotice.dismiss();
    } catch (caught) {
      this.#fail(m.role_not_changed({ name, error: singleChangeFailureText(kind, asAppError(caught)) }));
    } finally {
      this.undoing = false;
      // A failure may have found another role or other tags.
      this.rows.reload();
    }
  }

  /** Exports the found changes to a file. */
  async export(): Promise<void> {
    if (this.exporting || this.rows.found === 0) return;
    this.exporting = true;
    this.status = NO_STATUS;
    try {
      const { path } = await exportHistory(this.search, listSeparator());
      this.#say(m.export_saved({ path }));
    } catch (caught) {
      this.#fail(errorText(asAppError(caught)));
    } finally {
      this.exporting = false;
    }
  }

  #say(text: string): void {
    this.status = { text, isFailure: false };
  }

  #fail(text: string): void {
    this.status = { text, isFailure: true };
  }
}
