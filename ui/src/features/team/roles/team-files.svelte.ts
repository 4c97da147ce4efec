// Exporting the team's rows to a CSV file, importing roles from one, and copying email addresses.

import { errorText } from "../../../errors/table";
import { copyTeamEmails, exportTeam, importBatch } from "../../../host/commands";
import { asAppError } from "../../../host/failure";
import type { AppError, CopiedEmails, ErrorDetails } from "../../../host/types";
import * as m from "../../../messages";
import { app } from "../../../state/app.svelte";
import { listSeparator } from "../../../text/list-separator";
import { sentencesOf } from "../../../text/lists";
import { isAbsent } from "../absent";
import { partOf } from "../partial";
import { isFiltered } from "../query";
import type { Team } from "../team.svelte";
import { isAnyRunning } from "./batch-texts";

/** File types for the file dialog. */
export const ACCEPTED_TYPES = ".csv,.txt,.tsv,text/csv,text/plain,text/tab-separated-values";

/** The result of the last export, import or copy. */
interface FileNotice {
  text: () => string;
  bad: boolean;
}

/** Says how many addresses were copied, and why some were not. */
function copiedText({ copied, withoutAddress, leftOut, partial }: CopiedEmails): string {
  const sentences = [
    partial ? m.export_partial() : "",
    copied > 0 ? m.emails_copied({ count: copied }) : m.emails_none(),
    copied > 0 && withoutAddress > 0 ? m.emails_missing({ count: withoutAddress }) : "",
    leftOut > 0 ? m.emails_left_out({ count: leftOut }) : "",
  ];
  return sentencesOf(...sentences);
}

/** Export, import and copies of the team. */
export class TeamFiles {
  exporting = $state(false);
  importing = $state(false);
  notice = $state.raw<FileNotice | null>(null);
  #organization: string | null = null;

  constructor(private readonly team: Team) {}

  /** Whether to show the import button: the user may import roles, or Lapel cannot know that while it is offline. */
  get offersImport(): boolean {
    const rights = app.snapshot.team?.rights;
    return rights !== undefined && (rights.teamRoles.length > 0 || isAbsent(rights.reason));
  }

  /** Whether the user can import roles now. */
  get canImport(): boolean {
    const rights = app.snapshot.team?.rights;
    const hasRight = rights !== undefined && rights.teamRoles.length > 0 && rights.reason === null;
    return hasRight && !isAnyRunning(app.snapshot) && !this.importing;
  }

  /** Whether there are rows to export and no export is in progress. */
  get canExport(): boolean {
    return this.team.found > 0 && !this.exporting;
  }

  /** The label of the export button: it says whether only the selected rows are exported. */
  get exportLabel(): string {
    if (this.exporting) return m.exporting();
    if (this.team.selected > 0) return m.export_selected({ count: this.team.selected });
    return partOf(app.snapshot.team) ? m.export_loaded({ count: this.team.found }) : m.export();
  }

  /** The label of the button that copies emails, in the same way. */
  get copyLabel(): string {
    if (this.team.selected > 0) return m.copy_emails_selected({ count: this.team.selected });
    return m.copy_emails({ count: this.team.found });
  }

  /** Dismisses the notice when the team of another organization is shown. Ignores null: another page is open. */
  setOrganization(organization: string | null): void {
    if (organization === null || organization === this.#organization) return;
    if (this.#organization !== null) this.notice = null;
    this.#organization = organization;
  }

  /** Exports the rows of the current query to a file; if some of them are selected, only those. */
  async export(): Promise<void> {
    if (!this.canExport) return;
    this.exporting = true;
    this.notice = null;
    try {
      const { query } = this.team;
      const { path, rows, selected, partial } = await exportTeam(query, listSeparator());
      const message = selected ? m.export_saved_selected : isFiltered(query) ? m.export_saved_found : m.export_saved_all;
      const saved = () => message({ count: rows, path });
      // The sentence comes first, because no period ends the path.
      this.notice = { text: () => sentencesOf(partial ? m.export_partial() : "", saved()), bad: false };
    } catch (caught) {
      this.#fail(asAppError(caught));
    } finally {
      this.exporting = false;
    }
  }

  /** Copies the email addresses of the current query; if some rows are selected, only theirs. */
  async copyEmails(): Promise<void> {
    this.notice = null;
    try {
      const copied = await copyTeamEmails(this.team.query);
      this.notice = { text: () => copiedText(copied), bad: copied.copied === 0 };
    } catch (caught) {
      this.#fail(asAppError(caught));
    }
  }

  /** Plans a batch from the roles in a file. The plan arrives with the next snapshot. */
  async import(file: Blob): Promise<void> {
    if (!this.canImport) return;
    this.importing = true;
    this.notice = null;
    try {
      // The core checks the size, too. Checking it here avoids reading a huge file into memory.
      if (file.size > app.boot.limits.listBytes) {
        const tooLarge: AppError = { code: "notAList", message: "the file is too large", details: { problem: "tooLarge" } as ErrorDetails };
        throw tooLarge;
      }
      await importBatch(new Uint8Array(await file.arrayBuffer()));
    } catch (caught) {
      this.#fail(asAppError(caught));
    } finally {
      this.importing = false;
    }
  }

  /** Explains that importing roles needs a connection, and that no other roles are being changed. */
  explainNoImport(): void {
    if (!this.importing) this.notice = { text: isAnyRunning(app.snapshot) ? m.error_batchRunning : m.import_offline, bad: true };
  }

  /** Removes the notice. */
  dismiss(): void {
    this.notice = null;
  }

  #fail(error: AppError): void {
    if (error.code !== "cancelled") this.notice = { text: () => errorText(error), bad: true };
  }
}
