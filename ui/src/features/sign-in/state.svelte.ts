// What is typed into a sign-in form, and the one submission under way.

import * as commands from "../../host/commands";
import { asAppError } from "../../host/failure";
import { errorText } from "../../errors/table";
import type { AccountView, AppError, ServerKind } from "../../host/types";
import { app } from "../../state/app.svelte";
import { fieldOf, missing, type SignInField, type Typed } from "./fields";
import { choices, filledFor, firstChoice, TYPED } from "./servers";

/** One sign-in form: the page's, or the one over the page where `again` is the account that was signed in. */
export class SignInState {
  server = $state(TYPED);
  address = $state("");
  email = $state("");
  password = $state("");
  token = $state("");
  code = $state("");
  byToken = $state(false);
  /** Whether the server asked for the six-digit code. */
  asksCode = $state(false);
  busy = $state(false);
  problem = $state.raw<{ field: SignInField | null; text: () => string; error: AppError | null } | null>(null);

  readonly offers = choices(app.boot.servers);
  readonly kind = $derived<ServerKind>(this.offers.find((offer) => offer.key === this.server)?.kind ?? "other");

  constructor(private readonly again: AccountView | null) {
    if (again) {
      this.server = again.server.key;
      this.email = again.email;
      this.byToken = again.byToken;
    } else {
      const first = firstChoice(app.boot.servers, app.preferences.lastServer);
      this.address = first.address;
      this.chooseServer(first.key);
    }
  }

  /** Takes another server; what belongs to the last one only is forgotten. */
  chooseServer(key: string): void {
    this.server = key;
    this.changed();
    this.asksCode = false;
    this.code = "";
    const filled = filledFor(this.kind, { email: this.email, password: this.password });
    this.email = filled.email;
    this.password = filled.password;
  }

  /** Email and password, or a token. */
  turn(): void {
    this.byToken = !this.byToken;
    this.changed();
  }

  /** Something was typed: what was wrong is no longer said. */
  changed(): void {
    this.problem = null;
  }

  /** The sentence at a field. */
  at(field: SignInField): string | undefined {
    return this.problem?.field === field ? this.problem.text() : undefined;
  }

  /** Signs in once; a second press meanwhile does nothing. Whether it worked. */
  async submit(): Promise<boolean> {
    if (this.busy) return false;
    const typed = this.#typed();
    const lacking = missing(typed);
    this.problem = lacking && { ...lacking, error: null };
    if (lacking) return false;
    this.busy = true;
    try {
      await this.#send(typed);
      await app.renew();
    } catch (caught) {
      const error = asAppError(caught);
      if (error.code === "twoFactorRequired" || error.code === "twoFactorWrong") this.asksCode = true;
      this.problem = { field: fieldOf(error, typed), text: () => errorText(error), error };
      return false;
    } finally {
      this.busy = false;
    }
    this.#forget();
    return true;
  }

  #typed(): Typed {
    const typedAddress = !this.again && this.server === TYPED;
    return {
      address: typedAddress ? this.address : null,
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
    if (app.preferences.lastServer !== server) void app.prefer({ lastServer: server });
  }

  #forget(): void {
    this.password = "";
    this.token = "";
    this.code = "";
    this.asksCode = false;
  }
}
