// The state of a sign-in form: its input and the sign-in in progress.

import { signInFailureText } from "../../errors/connectivity";
import * as commands from "../../host/commands";
import { asAppError } from "../../host/failure";
import type { AccountView, AppError, ServerKind } from "../../host/types";
import { app } from "../../state/app.svelte";
import { codeOwner, fieldOf, firstIncomplete, type SignInField, type Typed } from "./fields";
import { type Credentials, DEMO, initialServer, OTHER_SERVER, serverOptions } from "./servers";

/** The sign-in form of the sign-in page or, if `again` is set, of the dialog that signs in to that account again. */
export class SignInState {
  server = $state(OTHER_SERVER);
  address = $state("");
  email = $state("");
  password = $state("");
  token = $state("");
  code = $state("");
  byToken = $state(false);
  busy = $state(false);
  cancelling = $state(false);
  problem = $state.raw<{ field: SignInField | null; text: () => string; error: AppError | null } | null>(null);
  /** The user and server (see `codeOwner`) that a two-factor code is required for. */
  #codeRequiredFor = $state<string | null>(null);
  /** The credentials of the demo and those of the other servers, while one of the other kind is chosen. */
  #demo: Credentials = { ...DEMO };
  #own: Credentials = { email: "", password: "" };
  #fillsDemo = false;

  readonly offers = serverOptions(app.boot.servers);
  readonly kind = $derived<ServerKind>(this.offers.find((offer) => offer.key === this.server)?.kind ?? "other");
  /** Whether the form contains the demo's credentials. */
  readonly isDemo = $derived(!this.byToken && this.kind === "sandbox" && this.email === DEMO.email);

  constructor(private readonly again: AccountView | null) {
    if (again) {
      this.server = again.server.key;
      this.email = again.email;
      this.byToken = again.byToken;
    } else {
      const first = initialServer(app.boot.servers, app.snapshot.preferences.lastServer);
      this.address = first.address;
      this.chooseServer(first.key);
    }
  }

  /** Whether the server requires a two-factor code for the current user and server. */
  get asksCode(): boolean {
    return this.#codeRequiredFor !== null && this.#codeRequiredFor === this.#codeOwner;
  }

  get #typesAddress(): boolean {
    return !this.again && this.server === OTHER_SERVER;
  }

  get #codeOwner(): string {
    return codeOwner(this.#typesAddress ? this.address : this.server, this.email);
  }

  /** Chooses a server. The demo has its credentials filled in; what was typed for other servers comes back with them. */
  chooseServer(key: string): void {
    const typed = { email: this.email, password: this.password };
    const wasDemo = this.#fillsDemo;
    this.server = key;
    this.changed();
    this.#fillsDemo = this.kind === "sandbox";
    if (this.#fillsDemo === wasDemo) return;
    // Who has typed an own address before choosing the server wants it there.
    const isOwn = typed.email !== DEMO.email && this.#own.email === "";
    if (wasDemo && !isOwn) this.#demo = typed;
    else this.#own = typed;
    ({ email: this.email, password: this.password } = this.#fillsDemo ? this.#demo : this.#own);
  }

  /** The server that is chosen or whose address is typed. */
  get serverAddress(): string {
    return this.#typesAddress ? this.address.trim() : this.server;
  }

  /** Switches between email with password and token. */
  switchMethod(): void {
    this.byToken = !this.byToken;
    this.changed();
  }

  /** The field to focus after the method was switched. */
  get firstField(): SignInField {
    if (this.byToken) return "token";
    return this.email.trim() === "" ? "email" : "password";
  }

  /** Call it after each input: removes the error. */
  changed(): void {
    this.problem = null;
  }

  /** The error text of a field. */
  errorAt(field: SignInField): string | undefined {
    return this.problem?.field === field ? this.problem.text() : undefined;
  }

  /** A corrected address to suggest after the typed one was rejected. */
  get suggestion(): string | null {
    return (this.problem?.field === "address" && this.problem.error?.details.suggestion) || null;
  }

  /** Uses the suggested address and signs in. */
  async acceptSuggestion(): Promise<boolean> {
    if (this.suggestion === null || this.busy) return false;
    this.address = this.suggestion;
    return this.submit();
  }

  /** Signs in. Does nothing while a sign-in is in progress. Returns whether it succeeded. */
  async submit(): Promise<boolean> {
    if (this.busy) return false;
    const typed = this.#typed();
    const codeOwner = this.#codeOwner;
    const incomplete = firstIncomplete(typed);
    this.problem = incomplete && { ...incomplete, error: null };
    if (incomplete) return false;
    this.busy = true;
    try {
      await this.#send(typed);
    } catch (caught) {
      this.#failed(asAppError(caught), typed, codeOwner);
      return false;
    } finally {
      this.busy = false;
      this.cancelling = false;
    }
    this.#clearSecrets();
    return true;
  }

  /** Cancels the sign-in in progress. */
  async cancel(): Promise<void> {
    if (!this.busy || this.cancelling) return;
    this.cancelling = true;
    try {
      await commands.cancelSignIn();
    } catch {
      // The sign-in continues, and shows its own result.
      this.cancelling = false;
    }
  }

  #failed(error: AppError, typed: Typed, codeOwner: string): void {
    if (error.code === "cancelled") return;
    if (error.code === "twoFactorRequired" || error.code === "twoFactorWrong") this.#codeRequiredFor = codeOwner;
    this.problem = { field: fieldOf(error, typed), text: () => signInFailureText(error), error };
  }

  #typed(): Typed {
    return {
      address: this.#typesAddress ? this.address : null,
      email: this.email,
      password: this.password,
      code: this.asksCode ? this.code : null,
      token: this.token,
      byToken: this.byToken,
    };
  }

  async #send(typed: Typed): Promise<void> {
    const server = this.serverAddress;
    if (typed.byToken) {
      await commands.signInWithToken({ server, token: typed.token.trim() });
    } else {
      const { email, password, code } = typed;
      await commands.signIn({ server, email: email.trim(), password, twoFactorCode: code?.replace(/\s/g, "") ?? null });
    }
  }

  #clearSecrets(): void {
    this.password = "";
    this.token = "";
    this.code = "";
    this.#codeRequiredFor = null;
  }
}
