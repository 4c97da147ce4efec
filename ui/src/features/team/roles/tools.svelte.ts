// Files in and out of the team: its rows as a list, and roles from one.

import { errorText } from "../../../errors/table";
import { exportTeam, importBatch } from "../../../host/commands";
import { asAppError } from "../../../host/failure";
import type { AppError, ErrorDetails } from "../../../host/types";
import * as m from "../../../paraglide/messages";
import { app } from "../../../state/app.svelte";
import { team } from "../team.svelte";

/** Largest list that is read at all, in bytes; the same limit as the shell's, kept here to spare the memory. */
export const LARGEST_LIST = 16 * 1024 * 1024;

/** Kinds of files that the file dialog offers. */
export const ACCEPTED = ".csv,text/csv";

/** What is told about the last file. */
export interface Told {
  text: () => string;
  bad: boolean;
}

class Tools {
  exporting = $state(false);
  importing = $state(false);
  told = $state.raw<Told | null>(null);
  #of: string | null = null;

  /** Whether roles may be imported by this person, at least with a connection. */
  get imports(): boolean {
    const rights = app.snapshot.team?.rights;
    return rights !== undefined && (rights.teamRoles.length > 0 || rights.reason === "offline");
  }

  /** Whether they may here and now. */
  get ready(): boolean {
    const rights = app.snapshot.team?.rights;
    return rights !== undefined && rights.teamRoles.length > 0 && rights.reason === null && !this.importing;
  }

  /** Whether there is anything to export. */
  get exports(): boolean {
    return team.found > 0 && !this.exporting;
  }

  /** Follows whose team is shown: nothing of one is told over another. */
  follow(of: string | null): void {
    if (of === null || of === this.#of) return;
    if (this.#of !== null) this.told = null;
    this.#of = of;
  }

  /** Writes the rows that are on the screen to a file. */
  async export(): Promise<void> {
    if (!this.exports) return;
    this.exporting = true;
    this.told = null;
    try {
      const { path, rows } = await exportTeam(team.query);
      this.told = { text: () => m.export_saved_rows({ count: rows, path }), bad: false };
    } catch (caught) {
      this.#fail(asAppError(caught), errorText);
    } finally {
      this.exporting = false;
    }
  }

  /** Plans the roles that a file asks for; the plan comes with the state. */
  async import(file: Blob): Promise<void> {
    if (!this.ready) return;
    this.importing = true;
    this.told = null;
    try {
      if (file.size > LARGEST_LIST) {
        const tooLarge: AppError = { code: "notAList", message: "the file is too large", details: { problem: "tooLarge" } as ErrorDetails };
        throw tooLarge;
      }
      await importBatch(new Uint8Array(await file.arrayBuffer()));
    } catch (caught) {
      this.#fail(asAppError(caught), errorText);
    } finally {
      this.importing = false;
    }
  }

  /** Says why nothing can be imported at the moment. */
  refuse(): void {
    if (!this.importing) this.told = { text: m.import_offline, bad: true };
  }

  /** What is told was read. */
  close(): void {
    this.told = null;
  }

  /** What the person cancelled is none. */
  #fail(error: AppError, say: (error: AppError) => string): void {
    if (error.code !== "cancelled") this.told = { text: () => say(error), bad: true };
  }
}

/** Files in and out. */
export const tools = new Tools();
