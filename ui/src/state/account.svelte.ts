// The state that belongs to the shown account. app/Shell.svelte creates it when it is mounted for an account and passes it
// down as a context. Another account gets a new one, so nothing has to be reset.

import { createContext } from "svelte";

import { ProfileForm } from "../form/form.svelte";
import { type AccountAction, Failures } from "./failures.svelte";
import { PaletteState } from "./palette.svelte";
import { PopoverState } from "./popover.svelte";
import { SignInDialog } from "./session.svelte";
import { TimedToast } from "./toast.svelte";

/** The pages of the side bar. */
export type Page = "profile" | "team" | "settings";

/** The state of one account, except that of the team page (features/team/state.ts), whose code is loaded later. */
export class AccountState {
  readonly failures = new Failures<AccountAction>();
  readonly form = new ProfileForm(this.failures);
  readonly signInDialog = new SignInDialog();
  readonly toast = new TimedToast();
  /** The shown page. */
  page = $state<Page>("profile");
  /** The search of the whole window. */
  readonly palette = new PaletteState();
  /** Id of the row whose details the team page opens as soon as it is shown. */
  personToShow = $state.raw<string | null>(null);
  /** The account popover. */
  readonly popover = new PopoverState();
}

/** Returns the state of the account, or sets it for all components below. */
export const [accountState, setAccountState] = createContext<AccountState>();
