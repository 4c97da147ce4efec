// What the dialog for one role says about the roles on offer. Pure: no state, no shell.

import type { Ability, RoleDialog, RoleKind, RoleOffer, TeamRoleChoice } from "../../../host/types";
import * as m from "../../../paraglide/messages";
import { abilitiesText, denialText, isKnown, lineOf, nameOf } from "./words";

/** A role in the list of radios. */
export interface RoleOption {
  role: string;
  name: string;
  line: string;
  /** Whether it is the present one. */
  now: boolean;
}

/** The order that people read roles in, the one with the most rights first. */
const RANKS: Record<RoleKind, readonly string[]> = {
  team: ["owner", "admin", "editor", "viewer", "unassigned"],
  user: ["admin", "adminViewer", "user", "serviceAccount"],
};

/** Which of the two roles the person may choose between: the user role only where something can be made of it, or of none. */
export function kinds({ team, user }: RoleDialog): RoleKind[] {
  const both = user !== null && (user.choices.length > 0 || team.choices.length === 0);
  return both ? ["team", "user"] : ["team"];
}

/** The present role and those on offer, in the order of their rights; one that Lapel does not know comes first. */
export function options(kind: RoleKind, { role, choices }: RoleOffer): RoleOption[] {
  const rank = (one: string) => RANKS[kind].indexOf(one);
  return [role, ...choices.map((choice) => choice.role)]
    .sort((one, other) => rank(one) - rank(other))
    .map((one) => ({ role: one, name: nameOf(kind, one), line: lineOf(kind, one), now: one === role }));
}

/** Why nothing may be made of a role; empty where something may. */
export function denial(kind: RoleKind, { choices, reason }: RoleOffer): string {
  return choices.length > 0 ? "" : denialText(kind, reason ?? "");
}

const listed = (say: (inputs: { abilities: string }) => string, abilities: readonly Ability[]): string[] =>
  abilities.length > 0 ? [say({ abilities: abilitiesText(abilities) })] : [];

/** What a chosen role brings and takes, and whether there is a way back. */
export function consequences(kind: RoleKind, from: string, choice: TeamRoleChoice): string[] {
  const known = isKnown(kind, from);
  const brings = known
    ? [...listed(m.change_role_gains, choice.gained), ...listed(m.change_role_loses, choice.lost)]
    : [m.change_role_unknown({ role: nameOf(kind, from) })];
  if (choice.canUndo) return brings;
  if (choice.confirmation === "stepsDown") return [...brings, m.change_role_final_self()];
  return [...brings, known ? m.change_role_final() : m.change_role_final_unknown({ role: nameOf(kind, from) })];
}

/** What is asked once more. */
export interface Question {
  title: string;
  text: string;
}

/** The second question before a change that nobody should make by accident. */
export function question(kind: RoleKind, dialog: RoleDialog, from: string, choice: TeamRoleChoice): Question {
  if (choice.confirmation === "givesAdmin") {
    const text = kind === "team" ? m.make_admin_team_text() : m.make_admin_user_text();
    return { title: m.make_admin_title({ name: dialog.name }), text };
  }
  const words = { role: nameOf(kind, choice.role), abilities: abilitiesText(choice.lost) };
  return {
    title: m.step_down_from_title({ role: nameOf(kind, from) }),
    text: kind === "team" ? m.step_down_team_text(words) : m.step_down_user_text(words),
  };
}
