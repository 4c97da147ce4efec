// The history of roles: what is searched in it, and the file that it is written to.

import { exportHistory, roleHistory } from "../../../host/commands";
import { asAppError } from "../../../host/failure";
import type { AppError, Exported, HistoryRow } from "../../../host/types";
import { Windows } from "./windows.svelte";

class History {
  readonly rows = new Windows<HistoryRow>();
  search = $state("");
  exporting = $state(false);
  /** The file that was written last. */
  exported = $state.raw<Exported | null>(null);
  failure = $state.raw<AppError | null>(null);

  /** Follows whether it is open: it begins anew each time, with what happened since. */
  follow(open: boolean): void {
    this.exported = null;
    this.failure = null;
    if (open) this.find("");
    else this.rows.clear();
  }

  /** Shows the changes that hold a text. */
  find(search: string): void {
    this.search = search;
    this.rows.ask((from, count) => roleHistory(search, from, count));
  }

  /** Writes what is found to a file. */
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

/** The one history. */
export const history = new History();
