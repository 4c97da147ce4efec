// Texts of the security card. Pure except for the interface language.

import type { NoPasswordReason, SecurityView } from "../../host/types";
import * as m from "../../messages";
import type { PasswordTask } from "./password.svelte";

/** How strong a password is, by its score from 0 to 4. */
export const STRENGTH_TEXTS = [m.strength_0, m.strength_1, m.strength_2, m.strength_3, m.strength_4];

/** Why the forms about the password are not offered. */
export const NO_PASSWORD_TEXTS: Record<NoPasswordReason, () => string> = {
  apiToken: m.no_password_token, sso: m.no_password_sso, noPassword: m.no_password_none,
};

/** Whether two-factor sign-in is on, and what can be done about it. */
export function twoFactorText({ twoFactor, twoFactorPage }: SecurityView): string {
  if (twoFactor === null) return m.not_known();
  if (twoFactor) return m.two_factor_is_on();
  return twoFactorPage === null ? m.two_factor_is_off() : m.two_factor_set_up();
}

/** What was done, for a toast. */
export const DONE_TEXTS: Record<PasswordTask, () => string> = {
  change: m.password_changed, verify: m.verification_sent, removeTwoFactor: m.two_factor_removed,
};
