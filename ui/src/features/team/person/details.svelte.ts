// The state of the person panel: loads a person and their roles, and stores what was typed before another person is shown.

import { registerGuard } from "../../../form/leaving.svelte";
import { openPerson, roleDialog } from "../../../host/commands";
import { asAppError } from "../../../host/failure";
import type { AppError, RoleDialog } from "../../../host/types";
import { staleGuard } from "../../../state/stale-guard";
import type { Team } from "../team.svelte";
import { PersonForm } from "./form.svelte";

/** Loading is shown only after this time. Usually the person is loaded sooner. */
const LOADING_DELAY_MS = 200;

/** The details of one person at a time. */
export class PersonDetails {
  form = $state.raw<PersonForm | null>(null);
  /** The person's roles and those that may be given; null while they load. */
  roles = $state.raw<RoleDialog | null>(null);
  /** Why the person could not be loaded. */
  error = $state.raw<AppError | null>(null);
  showsLoading = $state(false);
  /** Whether the draft could not be stored, so that leaving would lose it. */
  draftUnsaved = $state(false);
  #openGuard = staleGuard();
  #removeGuard = () => {};

  constructor(private readonly team: Team) {}

  /** The id of the shown row. */
  get id(): string | null {
    return this.form?.view.row.id ?? null;
  }

  /** Loads a person. */
  async open(id: string): Promise<void> {
    const isNewest = this.#openGuard();
    this.#clear();
    const timer = setTimeout(() => (this.showsLoading = isNewest()), LOADING_DELAY_MS);
    try {
      const [view, roles] = await Promise.all([openPerson(id), roleDialog(id)]);
      if (!isNewest()) return;
      const form = new PersonForm(view, this.team);
      this.form = form;
      this.roles = roles;
      this.#removeGuard = registerGuard({ form, finish: async () => (form.urlPreview.withdraw(), true) });
    } catch (caught) {
      if (isNewest()) this.error = asAppError(caught);
    } finally {
      clearTimeout(timer);
      if (isNewest()) this.showsLoading = false;
    }
  }

  /** Reads the shown person again, for example because the row or the user's rights have changed. Typed values stay. */
  async refresh(): Promise<void> {
    const { form } = this;
    if (!form) return;
    const id = form.view.row.id;
    try {
      const [roles] = await Promise.all([roleDialog(id), form.read()]);
      if (this.form === form) this.roles = roles;
    } catch (caught) {
      const error = asAppError(caught);
      // A typed text stays in view. Saving it says that the person is gone.
      if (this.form === form && error.code === "rowGone" && form.changedCount === 0) {
        this.#clear();
        this.error = error;
      }
    }
  }

  /** Stores the draft, then calls `then`. If storing fails, the first call only warns and the next one leaves anyway. */
  async leave(then: () => void): Promise<boolean> {
    const stored = !this.form || this.form.changedCount === 0 || (await this.form.flushDraft());
    const leaves = stored || this.draftUnsaved;
    if (leaves) then();
    else this.draftUnsaved = true;
    return leaves;
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
    this.roles = null;
    this.error = null;
    this.showsLoading = false;
    this.draftUnsaved = false;
  }
}
