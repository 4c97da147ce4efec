// Texts and options of the dialog that changes one role. Pure except for the interface language.

import type { Ability, RoleDialog, RoleKind, RoleOffer, TeamRoleChoice } from "../../../host/types";
import * as m from "../../../messages";
import { abilitiesText, denialText, isKnownRole, roleDescription, roleName } from "./role-texts";

/** A role in the radio list. */
interface RoleOption {
  role: string;
  name: string;
  description: string;
  /** Whether the person has this role now. */
  isCurrent: boolean;
}

/** Display order: the role with the most rights first. */
const RANKS: Record<RoleKind, readonly string[]> = {
  team: ["owner", "admin", "editor", "viewer", "unassigned"],
  user: ["admin", "adminViewer", "user", "serviceAccount"],
};

/** The current role and the roles that can replace it, in display order. Unknown roles come first. */
export function roleOptions(kind: RoleKind, { role: current, choices }: RoleOffer): RoleOption[] {
  const rank = (role: string) => RANKS[kind].indexOf(role);
  return [current, ...choices.map(({ role }) => role)]
    .sort((a, b) => rank(a) - rank(b))
    .map((role) => ({
      role, name: roleName(kind, role), description: roleDescription(kind, role), isCurrent: role === current,
    }));
}

/** Why a role cannot be changed; empty if it can. */
export function offerDenialText(kind: RoleKind, { choices, reason }: RoleOffer): string {
  return choices.length > 0 ? "" : denialText(kind, reason ?? "");
}

const abilitySentence = (message: (inputs: { abilities: string }) => string, abilities: readonly Ability[]): string[] =>
  abilities.length > 0 ? [message({ abilities: abilitiesText(abilities) })] : [];

/** Sentences about what the new role adds and removes, and whether the change is final. */
export function consequences(kind: RoleKind, from: string, choice: TeamRoleChoice): string[] {
  const known = isKnownRole(kind, from);
  const effects = known
    ? [...abilitySentence(m.change_role_gains, choice.gained), ...abilitySentence(m.change_role_loses, choice.lost)]
    : [m.change_role_unknown({ role: roleName(kind, from) })];
  if (choice.canUndo) return effects;
  if (choice.confirmation === "stepsDown") return [...effects, m.change_role_final_self()];
  return [...effects, known ? m.change_role_final() : m.change_role_final_unknown({ role: roleName(kind, from) })];
}

/** The question before a role change. */
interface QuestionText {
  title: string;
  text: string;
}

/** The question before somebody becomes an admin, before the user gives up their own role, or before a change is final. */
export function questionText(kind: RoleKind, dialog: RoleDialog, from: string, choice: TeamRoleChoice): QuestionText {
  const to = roleName(kind, choice.role);
  if (choice.confirmation === "givesAdmin") {
    const text = kind === "team" ? m.make_admin_team_text() : m.make_admin_user_text();
    return { title: m.make_admin_title({ name: dialog.name }), text };
  }
  if (choice.confirmation === null) return { title: m.role_final_title({ name: dialog.name, role: to }), text: "" };
  const inputs = { role: to, abilities: abilitiesText(choice.lost) };
  return {
    title: m.step_down_from_title({ role: roleName(kind, from) }),
    text: kind === "team" ? m.step_down_team_text(inputs) : m.step_down_user_text(inputs),
  };
}
