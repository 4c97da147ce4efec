// Moves the focus between the list and the details beside it.

import { tick } from "svelte";

/** The id of the panel's heading. */
export const PANEL_HEADING = "person-heading";

/** Focuses the heading of the details after they have been shown. */
export const focusPanel = (): void => void tick().then(() => document.getElementById(PANEL_HEADING)?.focus());

/** The row of the list that Tab reaches. */
export const activeRow = (): HTMLElement | null => document.querySelector<HTMLElement>("#app [role=grid] [role=row][tabindex='0']");
