// What is open over the team page: at most one thing, and details may lead on to the role.

/** What can be open. A batch is none of these: it is open as long as the state has one. */
export type Over = { kind: "person"; id: string } | { kind: "role"; id: string } | { kind: "history" };

let opened = $state.raw<Over | null>(null);

/** What is open now. */
export const over = (): Over | null => opened;

/** Opens something, in place of what is open. */
export function openOver(wanted: Over): void {
  opened = wanted;
}

/** Back to the team. */
export function closeOver(): void {
  opened = null;
}
