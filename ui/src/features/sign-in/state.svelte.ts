// The state of a sign-in form: its input and the sign-in in progress.

import { signInFailureText } from "../../errors/connectivity";
import * as commands from "../../host/commands";
import { asAppError } from "../../host/failure";
import type { AccountView, AppError, ServerKind, ServerOffer } from "../../host/types";
import { app } from "../../state/app.svelte";
import { serverName } from "../../text/words";
import { cleanCode, isWholeCode } from "./code";
import { fieldOf, firstIncomplete, type SignInField, type Typed } from "./fields";
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
  /** Whether the second step is shown: the server asks for the two-factor code of this account. */
  asksCode = $state(false);
  busy = $state(false);
  cancelling = $state(false);
  problem = $state.raw<{ field: SignInField | null; text: () => string; error: AppError | null } | null>(null);
  /** The code of the last attempt. It is not sent again by itself. */
  #sentCode = "";
  /** The credentials of the demo and those of the other servers, while one of the other kind is chosen. */
  #demo: Credentials = { ...DEMO };
  #own: Credentials = { email: "", password: "" };
  #fillsDemo = false;

  readonly offers = serverOptions(app.boot.servers);
  readonly kind = $derived<ServerKind>(this.offers.find((offer) => offer.key === this.server)?.kind ?? "other");
  /** Whether the form contains the demo's credentials. */
  readonly isDemo = $derived(!this.byToken && this.kind === "sandbox" && this.email === DEMO.email);

  constructor(readonly again: AccountView | null) {
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

  get #typesAddress(): boolean {
    return !this.again && this.server === OTHER_SERVER;
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

  /** The name of that server. */
  get serverText(): string {
    return serverName(this.again?.server ?? { key: this.serverAddress, kind: this.kind });
  }

  /** Whether to offer the demo with a button. Not while it is chosen in the list, which then has it filled in. */
  get offersDemo(): boolean {
    return !this.asksCode && this.kind !== "sandbox" && this.#demoOffer !== undefined;
  }

  get #demoOffer(): ServerOffer | undefined {
    return this.offers.find(({ kind }) => kind === "sandbox");
  }

  /** Chooses the demo, fills in its credentials and signs in. */
  async tryDemo(): Promise<boolean> {
    const demo = this.#demoOffer;
    if (!demo || this.busy) return false;
    this.byToken = false;
    this.chooseServer(demo.key);
    ({ email: this.email, password: this.password } = DEMO);
    return this.submit();
  }

  /** Switches between email with password and token. */
  switchMethod(): void {
    this.byToken = !this.byToken;
    this.changed();
  }

  /** Takes what is typed or pasted as the code. Returns whether to send it now: it is whole, and not the one sent last. */
  typeCode(text: string): boolean {
    this.changed();
    this.code = cleanCode(text);
    if (this.code !== this.#sentCode) this.#sentCode = "";
    return isWholeCode(this.code) && this.code !== this.#sentCode;
  }

  /** Returns to the first step. The email and the password stay. */
  useOtherAccount(): void {
    this.changed();
    this.#leaveCode();
  }

  #leaveCode(): void {
    this.asksCode = false;
    this.code = "";
    this.#sentCode = "";
  }

  /** The field to focus after an attempt that did not succeed: the one with the error, or the code that is now asked for. */
  get fieldToFocus(): SignInField | null {
    return this.problem ? this.problem.field : this.asksCode ? "code" : null;
  }

  /** The field to focus after the method was switched, or after the return to the first step. */
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
    const incomplete = firstIncomplete(typed);
    this.problem = incomplete && { ...incomplete, error: null };
    if (incomplete) return false;
    this.#sentCode = typed.code ?? "";
    this.busy = true;
    try {
      await this.#send(typed);
    } catch (caught) {
      this.#failed(asAppError(caught), typed);
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

  #failed(error: AppError, typed: Typed): void {
    if (error.code === "cancelled") return;
    const field = fieldOf(error, typed);
    if (field === "code") this.asksCode = true;
    else this.#leaveCode();
    // That the server asks for a code is no error until one was sent.
    const isFirstRequest = error.code === "twoFactorRequired" && typed.code === null;
    this.problem = isFirstRequest ? null : { field, text: () => signInFailureText(error), error };
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
      await commands.signIn({ server, email: email.trim(), password, twoFactorCode: code });
    }
  }

  #clearSecrets(): void {
    this.password = "";
    this.token = "";
    this.#leaveCode();
  }
}
