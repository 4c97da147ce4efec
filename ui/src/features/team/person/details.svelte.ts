// Somebody's details while they are open: reading them, and leaving them without losing what is typed.

import { alsoOpen } from "../../../form/leaving.svelte";
import { openPerson } from "../../../host/commands";
import { asAppError } from "../../../host/failure";
import type { AppError } from "../../../host/types";
import { newest } from "../../../state/newest";
import { PersonForm } from "./form.svelte";

/** How long reading may take before somebody is told of it; mostly it is there at once. */
const PATIENCE_MS = 200;

/** The details of one person at a time. */
export class Details {
  form = $state.raw<PersonForm | null>(null);
  /** Why there is nothing to show. */
  error = $state.raw<AppError | null>(null);
  /** Whether reading takes its time. */
  slow = $state(false);
  /** Whether leaving would lose what is typed, since it could not be kept. */
  unkept = $state(false);
  #begin = newest();
  #end = () => {};

  /** Reads somebody. */
  async open(id: string): Promise<void> {
    const isNewest = this.#begin();
    this.#clear();
    const patience = setTimeout(() => (this.slow = isNewest()), PATIENCE_MS);
    try {
      const view = await openPerson(id);
      if (!isNewest()) return;
      this.form = new PersonForm(view);
      this.#end = alsoOpen(this.form);
    } catch (caught) {
      if (isNewest()) this.error = asAppError(caught);
    } finally {
      clearTimeout(patience);
      if (isNewest()) this.slow = false;
    }
  }

  /** Goes on to something else, once what is typed is kept. Where that fails, it is said first, and the next time lost. */
  async leave(then: () => void): Promise<void> {
    const kept = !this.form || this.form.changed === 0 || (await this.form.leaveField());
    if (kept || this.unkept) then();
    else this.unkept = true;
  }

  /** Shows nobody any more. */
  close(): void {
    this.#begin();
    void this.form?.leaveField();
    this.#clear();
  }

  #clear(): void {
    this.#end();
    this.#end = () => {};
    this.form = null;
    this.error = null;
    this.slow = false;
    this.unkept = false;
  }
}
