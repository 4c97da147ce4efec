// A forgotten password: asks for the email with the link, then sets a new password with it.

import { forgotPassword, resetPassword } from "../../host/commands";
import { asAppError } from "../../host/failure";
import type { AppError } from "../../host/types";

/** The steps of the dialog. */
type Step = "ask" | "reset" | "done";

/** The field of a failure; null if it belongs to the whole dialog. */
function fieldOf({ code }: AppError): "email" | "link" | "new" | null {
  if (code === "invalidEmail") return "email";
  if (code === "invalidLink" || code === "linkRefused") return "link";
  return code === "weakPassword" || code === "invalidNewPassword" ? "new" : null;
}

/** The dialog "Forgot password?". */
export class Forgotten {
  shown = $state(false);
  step = $state<Step>("ask");
  email = $state("");
  /** The link of the email, or the token in it. */
  link = $state("");
  newPassword = $state("");
  busy = $state(false);
  failure = $state.raw<AppError | null>(null);
  /** Whether the link is the demo's, which sends no emails. */
  isDemoLink = $state(false);
  #server = "";

  /** `onSet` takes the place of the last step: the new password is set, and the session may have ended. */
  constructor(private readonly onSet?: () => void) {}

  /** Opens the dialog for a server, with the email address that is typed or known already. */
  open(server: string, email: string): void {
    Object.assign(this, { shown: true, step: "ask", email, link: "", newPassword: "", failure: null, isDemoLink: false });
    this.#server = server;
  }

  /** Closes the dialog and forgets what was typed. */
  close(): void {
    if (this.busy) return;
    this.shown = false;
    this.newPassword = "";
    this.link = "";
  }

  /** The failure, if it belongs to this field. */
  failureAt(field: "email" | "link" | "new" | null): AppError | null {
    return this.failure && fieldOf(this.failure) === field ? this.failure : null;
  }

  /** Sends what the present step asks for. */
  async submit(): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    this.failure = null;
    try {
      if (this.step === "ask") await this.#ask();
      else await this.#reset();
    } catch (caught) {
      this.failure = asAppError(caught);
    }
    this.busy = false;
  }

  async #ask(): Promise<void> {
    const { demoLink } = await forgotPassword(this.#server, this.email);
    this.link = demoLink ?? "";
    this.isDemoLink = demoLink !== null;
    this.step = "reset";
  }

  async #reset(): Promise<void> {
    await resetPassword({ server: this.#server, link: this.link, newPassword: this.newPassword });
    this.newPassword = "";
    this.link = "";
    if (!this.onSet) this.step = "done";
    else {
      this.shown = false;
      this.onSet();
    }
  }
}
