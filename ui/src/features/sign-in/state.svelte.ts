// What is typed into a sign-in form, and the one submission under way.

import { signInTroubleText } from "../../errors/trouble";
import * as commands from "../../host/commands";
import { asAppError } from "../../host/failure";
import type { AccountView, AppError, ServerKind } from "../../host/types";
import { app } from "../../state/app.svelte";
import { codeOwner, fieldOf, missing, type SignInField, type Typed } from "./fields";
import { choices, DEMO, filledFor, firstChoice, TYPED } from "./servers";

/** One sign-in form: the page's, or the one over the page where `again` is the account that was signed in. */
export class SignInState {
  server = $state(TYPED);
  address = $state("");
  email = $state("");
  password = $state("");
  token = $state("");
  code = $state("");
  byToken = $state(false);
  busy = $state(false);
  cancelling = $state(false);
  problem = $state.raw<{ field: SignInField | null; text: () => string; error: AppError | null } | null>(null);
  /** Whom the server asked for a six-digit code. */
  #codeFor = $state<string | null>(null);

  readonly offers = choices(app.boot.servers);
  readonly kind = $derived<ServerKind>(this.offers.find((offer) => offer.key === this.server)?.kind ?? "other");
  /** Whether the demo owner stands in the form, filled in by itself. */
  readonly isDemo = $derived(!this.byToken && this.kind === "sandbox" && this.email === DEMO.email);

  constructor(private readonly again: AccountView | null) {
    if (again) {
      this.server = again.server.key;
      this.email = again.email;
      this.byToken = again.byToken;
    } else {
      const first = firstChoice(app.boot.servers, app.snapshot.preferences.lastServer);
      this.address = first.address;
      this.chooseServer(first.key);
    }
  }

  /** Whether the server asked for the six-digit code of whoever is in the form now. */
  get asksCode(): boolean {
    return this.#codeFor !== null && this.#codeFor === this.#owner;
  }

  get #typesAddress(): boolean {
    return !this.again && this.server === TYPED;
  }

  get #owner(): string {
    return codeOwner(this.#typesAddress ? this.address : this.server, this.email);
  }

  /** Takes another server, with what is filled in for it. */
  chooseServer(key: string): void {
    this.server = key;
    this.changed();
    const filled = filledFor(this.kind, { email: this.email, password: this.password });
    this.email = filled.email;
    this.password = filled.password;
  }

  /** Email and password, or a token. */
  turn(): void {
    this.byToken = !this.byToken;
    this.changed();
  }

  /** Where typing goes on after a turn. */
  get firstField(): SignInField {
    if (this.byToken) return "token";
    return this.email.trim() === "" ? "email" : "password";
  }

  /** Something was typed: what was wrong is no longer said. */
  changed(): void {
    this.problem = null;
  }

  /** The sentence at a field. */
  at(field: SignInField): string | undefined {
    return this.problem?.field === field ? this.problem.text() : undefined;
  }

  /** The address that may be meant where the typed one is refused. */
  get suggestion(): string | null {
    return (this.problem?.field === "address" && this.problem.error?.details.suggestion) || null;
  }

  /** Takes that address and signs in there. */
  async takeSuggestion(): Promise<boolean> {
    if (this.suggestion === null || this.busy) return false;
    this.address = this.suggestion;
    return this.submit();
  }

  /** Signs in once; a second press meanwhile does nothing. Whether it worked. */
  async submit(): Promise<boolean> {
    if (this.busy) return false;
    const typed = this.#typed();
    const owner = this.#owner;
    const lacking = missing(typed);
    this.problem = lacking && { ...lacking, error: null };
    if (lacking) return false;
    this.busy = true;
    try {
      await this.#send(typed);
      await app.renew();
    } catch (caught) {
      this.#failed(asAppError(caught), typed, owner);
      return false;
    } finally {
      this.busy = false;
      this.cancelling = false;
    }
    this.#forget();
    return true;
  }

  /** Gives up the submission under way. */
  async cancel(): Promise<void> {
    if (!this.busy || this.cancelling) return;
    this.cancelling = true;
    try {
      await commands.cancelSignIn();
    } catch {
      // Then it goes on, and its own end is told.
      this.cancelling = false;
    }
  }

  #failed(error: AppError, typed: Typed, owner: string): void {
    if (error.code === "cancelled") return;
    if (error.code === "twoFactorRequired" || error.code === "twoFactorWrong") this.#codeFor = owner;
    this.problem = { field: fieldOf(error, typed), text: () => signInTroubleText(error), error };
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
    const server = typed.address?.trim() ?? this.server;
    if (typed.byToken) {
      await commands.signInWithToken({ server, token: typed.token.trim() });
    } else {
      const { email, password, code } = typed;
      await commands.signIn({ server, email: email.trim(), password, twoFactorCode: code?.replace(/\s/g, "") ?? null });
    }
  }

  #forget(): void {
    this.password = "";
    this.token = "";
    this.code = "";
    this.#codeFor = null;
  }
}
