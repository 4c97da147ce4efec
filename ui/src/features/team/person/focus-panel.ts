// Moves the focus between the list and the details beside it.

/** The id of the panel's heading. */
export const PANEL_HEADING = "person-heading";

/** Whether the heading gets the focus when the details have loaded. */
let wanted = false;

/** Focuses the heading of the details as soon as they are shown. */
export function focusPanelWhenShown(): void {
  wanted = true;
  const heading = document.getElementById(PANEL_HEADING);
  if (heading) onPanelShown(heading);
}

/** Called when the details are shown. `inPlace`: they hide the list, which therefore loses the focus. */
export function onPanelShown(heading: HTMLElement, inPlace = false): void {
  if (wanted || inPlace) heading.focus();
  wanted = false;
}

/** The row of the list that Tab reaches. */
export const activeRow = (): HTMLElement | null => document.querySelector<HTMLElement>("#app [role=grid] [role=row][tabindex='0']");
