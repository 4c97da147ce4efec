// What of a profile is told as a badge and what as a fact. What is not known is left out where its absence means
// nothing, and said to be unknown where people would look for it.

import type { ProfileView } from "../../host/types";
import * as m from "../../paraglide/messages";
import type { Fact } from "../../text/fact";

/** A short word beside the name. */
export interface Badge {
  text: string;
  good: boolean;
}

/** The badges, in the order in which they matter. */
export function badges(profile: ProfileView): Badge[] {
  const all: Badge[] = [];
  const { verification } = profile;
  if (verification === "verified") all.push({ text: m.verified(), good: true });
  else if (verification) all.push({ text: m.verification_other({ word: verification }), good: false });
  if (profile.twoFactor !== null) {
    all.push({ text: profile.twoFactor ? m.two_factor_on() : m.two_factor_off(), good: profile.twoFactor });
  }
  if (profile.sso) all.push({ text: m.sso(), good: false });
  return all;
}

/** The facts below the name. */
export function facts(profile: ProfileView): Fact[] {
  const moment = (name: string, at: number | null, as: "ago" | "date"): Fact =>
    at === null ? { name, value: m.not_known() } : { name, at, as };
  const answer = (name: string, value: boolean | null): Fact[] =>
    value === null ? [] : [{ name, value: value ? m.yes() : m.no() }];
  return [
    moment(m.member_since(), profile.createdAt, "date"),
    moment(m.last_login(), profile.activity.lastLogin, "ago"),
    moment(m.last_action(), profile.activity.lastAction, "ago"),
    moment(m.last_change(), profile.updatedAt, "ago"),
    ...answer(m.has_password(), profile.hasPassword),
    ...answer(m.newsletter(), profile.newsletter),
  ];
}
