// The badges and facts of a profile. An unknown value is omitted, or shown as "Unknown" if users expect to find it.

import type { ProfileView } from "../../host/types";
import * as m from "../../messages";
import type { Fact } from "../../text/fact";

/** A short label below the name. */
interface Badge {
  text: string;
  good: boolean;
}

/** The badges of a profile, most important first. */
export function badges(profile: ProfileView): Badge[] {
  const all: Badge[] = [];
  const { verification } = profile;
  if (verification === "verified") all.push({ text: m.verified(), good: true });
  else if (verification) all.push({ text: m.verification_other({ word: verification }), good: false });
  if (profile.sso) all.push({ text: m.sso(), good: false });
  return all;
}

/** The facts about the account. */
export function accountFacts(profile: ProfileView): Fact[] {
  const time = (name: string, at: number | null, as: "ago" | "date"): Fact =>
    at === null ? { name, value: m.not_known() } : { name, at, as };
  const yesNo = (name: string, value: boolean | null): Fact[] =>
    value === null ? [] : [{ name, value: value ? m.yes() : m.no() }];
  return [
    time(m.member_since(), profile.createdAt, "date"),
    time(m.last_action(), profile.activity.lastAction, "ago"),
    time(m.last_change(), profile.updatedAt, "ago"),
    ...yesNo(m.has_password(), profile.hasPassword),
    ...yesNo(m.newsletter(), profile.newsletter),
  ];
}
