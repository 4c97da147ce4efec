// The export of the own data, and opening the service's page for two-factor authentication.

import { exportData, openTwoFactorPage, showExportedData } from "../../host/commands";
import { asAppError } from "../../host/failure";
import type { AppError, DataTexts, SavedFile } from "../../host/types";
import * as m from "../../messages";
import { exactTime } from "../../text/dates";
import { listSeparator } from "../../text/list-separator";

/** The texts of the archive's README.txt. */
function dataTexts(account: string, locale: string): DataTexts {
  return {
    title: m.data_title({ account, when: exactTime(Date.now(), locale) }),
    profile: m.data_profile(),
    picture: m.data_picture(),
    history: m.data_history(),
    edits: m.data_edits(),
    editPictures: m.data_edit_pictures(),
  };
}

/** What the security card asks of the computer. */
export class OwnData {
  busy = $state(false);
  saved = $state.raw<SavedFile | null>(null);
  failure = $state.raw<AppError | null>(null);

  /** Exports the data of the account. */
  async export(account: string, locale: string): Promise<void> {
    await this.#run(async () => {
      this.saved = await exportData(dataTexts(account, locale), listSeparator());
    });
  }

  /** Shows the exported file in the file manager. */
  show(): Promise<void> {
    return this.#run(showExportedData);
  }

  /** Opens the service's page in the browser. */
  openTwoFactorPage(): Promise<void> {
    return this.#run(openTwoFactorPage);
  }

  async #run(action: () => Promise<void>): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    this.failure = null;
    try {
      await action();
    } catch (caught) {
      this.failure = asAppError(caught);
    } finally {
      this.busy = false;
    }
  }
}
