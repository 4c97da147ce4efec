// The state of the person dialog: loads a person, and stores what was typed before the dialog closes.

import { registerGuard } from "../../../form/leaving.svelte";
import { openPerson } from "../../../host/commands";
import { asAppError } from "../../../host/failure";
import type { AppError } from "../../../host/types";
import { staleGuard } from "../../../state/stale-guard";
import type { Team } from "../team.svelte";
import { PersonForm } from "./form.svelte";

/** Loading is shown only after this time. Usually the person is loaded sooner. */
const LOADING_DELAY_MS = 200;

/** The details of one person at a time. */
export class PersonDetails {
  form = $state.raw<PersonForm | null>(null);
  /** Why the person could not be loaded. */
  error = $state.raw<AppError | null>(null);
  showsLoading = $state(false);
  /** Whether the draft could not be stored, so that closing would lose it. */
  draftUnsaved = $state(false);
  #openGuard = staleGuard();
  #removeGuard = () => {};

  constructor(private readonly team: Team) {}

  /** Loads a person. */
  async open(id: string): Promise<void> {
    const isNewest = this.#openGuard();
    this.#clear();
    const timer = setTimeout(() => (this.showsLoading = isNewest()), LOADING_DELAY_MS);
    try {
      const view = await openPerson(id);
      if (!isNewest()) return;
      const form = new PersonForm(view, this.team);
      this.form = form;
      this.#removeGuard = registerGuard({ form, finish: async () => (form.urlPreview.withdraw(), true) });
    } catch (caught) {
      if (isNewest()) this.error = asAppError(caught);
    } finally {
      clearTimeout(timer);
      if (isNewest()) this.showsLoading = false;
    }
  }

  /** Stores the draft, then calls `then`. If storing fails, the first call only warns and the next one leaves anyway. */
  async leave(then: () => void): Promise<void> {
    const stored = !this.form || this.form.changedCount === 0 || (await this.form.flushDraft());
    if (stored || this.draftUnsaved) then();
    else this.draftUnsaved = true;
  }

  /** Closes the details. */
  close(): void {
    // Invalidates a load in progress.
    this.#openGuard();
    void this.form?.flushDraft();
    this.#clear();
  }

  #clear(): void {
    this.#removeGuard();
    this.#removeGuard = () => {};
    this.form = null;
    this.error = null;
    this.showsLoading = false;
    this.draftUnsaved = false;
  }
}
