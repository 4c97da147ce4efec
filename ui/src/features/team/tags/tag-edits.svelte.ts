// Changes of the tags of single people. Each is sent at once. What is changed during a request is sent after it.

import { changeTags } from "../../../host/commands";
import { asAppError } from "../../../host/failure";
import type { TeamRow } from "../../../host/types";
import type { UndoNotice } from "../roles/undo.svelte";
import type { Team } from "../team.svelte";

/** Whether two lists have the same tags in the same order. */
const isSame = (a: readonly string[], b: readonly string[]): boolean => a.length === b.length && a.every((tag, index) => tag === b[index]);

/** The changes of tags that are not answered yet, and the texts typed so far. */
export class TagEdits {
  /** The wished tags of each row whose change is in flight. */
  #wished = $state.raw<ReadonlyMap<string, readonly string[]>>(new Map());
  /** What is typed for each row and not a tag yet. It stays while another person is shown. */
  #texts = $state.raw<ReadonlyMap<string, string>>(new Map());

  constructor(
    private readonly team: Team,
    private readonly undoNotice: UndoNotice,
  ) {}

  /** Whether a change of the row is in flight. */
  isBusy(id: string): boolean {
    return this.#wished.has(id);
  }

  /** The tags to show. */
  tagsOf(row: TeamRow): readonly string[] {
    return this.#wished.get(row.id) ?? row.tags;
  }

  /** The tags that the server has not confirmed yet. */
  unconfirmedOf({ id, tags }: TeamRow): readonly string[] {
    return (this.#wished.get(id) ?? []).filter((tag) => !tags.includes(tag));
  }

  /** What is typed for a row and not a tag yet. */
  textOf(id: string): string {
    return this.#texts.get(id) ?? "";
  }

  /** Records what is typed. */
  type(id: string, text: string): void {
    this.#texts = new Map(this.#texts).set(id, text);
  }

  /** Gives the row these tags. */
  async set(row: TeamRow, tags: readonly string[]): Promise<void> {
    const isRunning = this.isBusy(row.id);
    this.#wished = new Map(this.#wished).set(row.id, tags);
    if (!isRunning) await this.#send(row);
  }

  async #send({ id, name, tags }: TeamRow): Promise<void> {
    let from = tags;
    try {
      for (let to = this.#wished.get(id); to && !isSame(from, to); to = this.#wished.get(id)) {
        const changed = await changeTags({ id, from, to: [...to], undoes: false });
        this.undoNotice.showTags(changed);
        // The server may return the tags in another order: what was wished since then is compared with what was sent.
        if (isSame(this.#wished.get(id) ?? [], to)) break;
        from = changed.to;
      }
    } catch (caught) {
      const wished = this.#wished.get(id) ?? from;
      const isMade = (row: TeamRow) => wished.every((tag) => row.tags.includes(tag)) && from.every((tag) => wished.includes(tag) || !row.tags.includes(tag));
      this.undoNotice.showFailure({ id, name, kind: "tags", error: asAppError(caught), isMade });
      // What was typed is not lost: it goes back into the field.
      const refused = this.#wished.get(id)?.find((tag) => !from.includes(tag));
      if (refused !== undefined && this.textOf(id) === "") this.type(id, refused);
    }
    const rest = new Map(this.#wished);
    rest.delete(id);
    this.#wished = rest;
    this.team.reloadRows();
  }
}
