// The pages, and the actions of the frame, that the search of the whole window offers.

import { tick } from "svelte";

import { refresh } from "../host/commands";
import type { Theme } from "../host/types";
import * as m from "../messages";
import type { AccountState } from "../state/account.svelte";
import { app } from "../state/app.svelte";
import type { OfferedAction } from "../state/palette.svelte";
import type { Text } from "../text/words";
import { keyboardHelp } from "./keyboard-help.svelte";
import { PAGES } from "./pages";

const THEMES: [Theme, Text][] = [
  ["system", m.palette_theme_system],
  ["light", m.palette_theme_light],
  ["dark", m.palette_theme_dark],
];

/** The pages. */
export const palettePages = (account: AccountState): OfferedAction[] =>
  PAGES.map(({ key, text, icon }) => ({ id: `page ${key}`, icon, text, run: () => void (account.page = key) }));

/** Shows the profile page, and passes an element of its form to `act`. */
async function onProfile(account: AccountState, id: string, act: (element: HTMLElement) => void): Promise<void> {
  account.page = "profile";
  await tick();
  const element = document.getElementById(`${account.form.prefix}-${id}`);
  if (element) act(element);
}

/** The actions that are possible now. */
export function frameActions(account: AccountState): OfferedAction[] {
  const { theme } = app.snapshot.preferences;
  const save: OfferedAction = {
    id: "save",
    icon: "check",
    text: m.save_changes,
    shortcut: "save",
    run: () => void onProfile(account, "form", (form) => (form as HTMLFormElement).requestSubmit()),
  };
  return [
    ...(account.form.changedCount > 0 ? [save] : []),
    { id: "refresh", icon: "retry", text: m.refresh, run: () => void account.failures.attempt("refresh", refresh) },
    { id: "picture", icon: "camera", text: m.palette_change_picture, run: () => void onProfile(account, "picture-file", (input) => input.click()) },
    ...THEMES.filter(([value]) => value !== theme).map(
      ([value, text]): OfferedAction => ({ id: `theme ${value}`, icon: "theme", text, run: () => void app.changePreferences({ theme: value }) }),
    ),
    { id: "shortcuts", icon: "keyboard", text: m.shortcuts_title, shortcut: "help", run: keyboardHelp.open },
  ];
}
