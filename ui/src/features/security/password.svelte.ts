// The dialogs that ask for a password: what is typed, and sending it. Nothing typed here is stored, and all of it is
// forgotten when the dialog closes.

import { changePassword, removeTwoFactor, resendVerification } from "../../host/commands";
import { asAppError } from "../../host/failure";
import type { AppError } from "../../host/types";
import { app } from "../../state/app.svelte";

/** What a dialog does. */
export type PasswordTask = "change" | "verify" | "removeTwoFactor";

/** The field that an error belongs to. */
export type PasswordField = "current" | "new";

/** The field of a failure; null if it belongs to the whole dialog. */
export function passwordFieldOf({ code }: AppError): PasswordField | null {
  if (code === "wrongPassword" || code === "invalidPassword") return "current";
  return code === "weakPassword" || code === "invalidNewPassword" ? "new" : null;
}

/** The state of the dialog that asks for the password. */
export class PasswordPrompt {
  task = $state.raw<PasswordTask | null>(null);
  current = $state("");
  newPassword = $state("");
  /** From 0 to 4; null until it is known. */
  strength = $state<number | null>(null);
  busy = $state(false);
  failure = $state.raw<AppError | null>(null);

  /** `onDone` is called with what was done. */
  constructor(private readonly onDone: (task: PasswordTask) => void) {}

  open(task: PasswordTask): void {
    this.close();
    this.task = task;
  }

  /** Closes the dialog and forgets what was typed. Not while a request is in flight: its outcome must be shown. */
  close(): void {
    if (this.busy) return;
    this.task = null;
    this.current = "";
    this.newPassword = "";
    this.strength = null;
    this.failure = null;
  }

  /** Whether everything is typed that the task needs. */
  get complete(): boolean {
    return this.current !== "" && (this.task !== "change" || this.newPassword !== "");
  }

  /** Judges the typed new password. */
  async judge(): Promise<void> {
    const { strengthOf } = await import("./strength");
    const { profile } = app.snapshot;
    const known = profile ? [profile.email, profile.firstName, profile.lastName].filter(Boolean) : [];
    this.strength = this.newPassword === "" ? null : strengthOf(this.newPassword, known);
  }

  /** Sends the request. Closes the dialog if it succeeds. */
  async submit(): Promise<void> {
    const { task, current, newPassword } = this;
    if (this.busy || task === null || !this.complete) return;
    this.busy = true;
    this.failure = null;
    try {
      if (task === "change") await changePassword({ current, newPassword });
      else if (task === "verify") await resendVerification({ password: current });
      else await removeTwoFactor({ password: current });
    } catch (caught) {
      this.failure = asAppError(caught);
    }
    this.busy = false;
    if (this.failure) return;
    this.close();
    this.onDone(task);
  }
}
