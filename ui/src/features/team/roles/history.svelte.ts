// The state of the history dialog: the search and the export.

import { exportHistory, roleHistory } from "../../../host/commands";
import { asAppError } from "../../../host/failure";
import type { AppError, Exported, HistoryRow } from "../../../host/types";
import { PagedRows } from "./paged-rows.svelte";

class History {
  readonly rows = new PagedRows<HistoryRow>();
  search = $state("");
  exporting = $state(false);
  /** The last exported file. */
  exported = $state.raw<Exported | null>(null);
  failure = $state.raw<AppError | null>(null);

  /** Follows the dialog. Each opening starts with an empty search and loads the rows again. */
  setOpen(open: boolean): void {
    this.exported = null;
    this.failure = null;
    if (open) this.setSearch("");
    else this.rows.clear();
  }

  /** Shows the changes that contain a text. */
  setSearch(search: string): void {
    this.search = search;
    this.rows.query((from, count) => roleHistory(search, from, count));
  }

  /** Exports the found changes to a file. */
  async export(): Promise<void> {
    if (this.exporting) return;
    this.exporting = true;
    this.exported = null;
    this.failure = null;
    try {
      this.exported = await exportHistory(this.search);
    } catch (caught) {
      this.failure = asAppError(caught);
    } finally {
      this.exporting = false;
    }
  }
}

/** The state of the history dialog. */
export const history = new History();
