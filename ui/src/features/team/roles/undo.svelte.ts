// The last change of a role at the foot of the page, with the way back for a little while.

import { changeRole } from "../../../host/commands";
import { asAppError } from "../../../host/failure";
import type { AppError, ErrorCode, RoleChanged, RoleKind } from "../../../host/types";
import * as m from "../../../paraglide/messages";
import { team } from "../team.svelte";
import { Countdown } from "./countdown";
import { nameOf, oneChangeFailure } from "./words";

/** How long a change is shown. */
export const SHOWN_MS = 10_000;

/** Failures after which the former role cannot be set from here. */
const HOPELESS: readonly ErrorCode[] = ["roleMoved", "rowGone", "roleNotAllowed", "teamGone"];

class UndoBar {
  /** The change that is told. */
  change = $state.raw<RoleChanged | null>(null);
  /** Whether it is one that takes back another. */
  undone = $state(false);
  busy = $state(false);
  /** What failed, and of whom. */
  failure = $state.raw<{ name: string; kind: RoleKind; error: AppError } | null>(null);
  #time = new Countdown(() => this.close());
  #of: string | null = null;

  /** Whether anything is told. */
  get open(): boolean {
    return this.change !== null || this.failure !== null;
  }

  /** Whether the way back is offered. */
  get offers(): boolean {
    return this.change !== null && this.change.canUndo && !this.undone && !this.#hopeless;
  }

  /** Whether another try would end as the last one did. */
  get #hopeless(): boolean {
    return this.failure !== null && HOPELESS.includes(this.failure.error.code);
  }

  /** What is told. */
  get text(): string {
    if (this.busy) return m.role_change_undoing();
    if (this.failure) {
      const { name, kind, error } = this.failure;
      return m.role_not_changed({ name, error: oneChangeFailure(kind, error) });
    }
    if (!this.change) return "";
    const { name, kind, from, to } = this.change;
    const words = { name, from: nameOf(kind, from), to: nameOf(kind, to) };
    return this.undone ? m.role_changed_back(words) : m.role_changed(words);
  }

  /** Follows whose team is shown: nothing of one is told, or taken back, over another. */
  follow(of: string | null): void {
    if (of === null || of === this.#of) return;
    if (this.#of !== null) this.close();
    this.#of = of;
  }

  /** Tells a change. */
  show(change: RoleChanged): void {
    this.#tell(change, false);
    this.#time.start(SHOWN_MS);
  }

  /** Tells what failed after its dialog was closed; it stays until it is closed. */
  fail(name: string, kind: RoleKind, error: AppError): void {
    this.#time.stop();
    this.change = null;
    this.failure = { name, kind, error };
  }

  /** Sets the former role again. Where that fails, the offer stays. */
  async undo(): Promise<void> {
    const { change } = this;
    if (!change || !this.offers || this.busy) return;
    const { id, kind, from, to, name } = change;
    this.busy = true;
    this.failure = null;
    this.#time.stop();
    try {
      const back = await changeRole({ id, kind, from: to, to: from });
      if (this.change === change) {
        this.#tell(back, true);
        this.#time.start(SHOWN_MS);
      }
      team.again();
    } catch (caught) {
      // Also where it was closed meanwhile: nobody should believe that it went well.
      if (this.change === change || this.change === null) this.failure = { name, kind, error: asAppError(caught) };
    } finally {
      this.busy = false;
    }
  }

  /** Time stands still, as long as somebody looks at it. */
  hold(reason: "focus" | "pointer"): void {
    this.#time.hold(reason);
  }

  /** Time goes on. */
  release(reason: "focus" | "pointer"): void {
    this.#time.release(reason);
  }

  /** Takes it away. */
  close(): void {
    this.#time.stop();
    this.change = null;
    this.undone = false;
    this.failure = null;
    // What held it went with it, and does not say so.
    this.release("focus");
    this.release("pointer");
  }

  #tell(change: RoleChanged, undone: boolean): void {
    this.change = change;
    this.undone = undone;
    this.failure = null;
  }
}

/** What is told of the last change. */
export const undo = new UndoBar();
