// Which servers the sign-in form offers and what it fills in by itself.

import type { ServerOffer } from "../../host/types";

/** The choice "Another address", whose address is typed. */
export const TYPED = "";

/** The demo's owner, as the sandbox is seeded. */
export const DEMO = { email: "owner@example.com", password: "lapel-demo" };

/** What stands in the form. */
export interface Credentials {
  email: string;
  password: string;
}

/** The offers, with "Another address" at the end exactly once. */
export function choices(offers: readonly ServerOffer[]): ServerOffer[] {
  return [...offers.filter((offer) => offer.key !== TYPED), { key: TYPED, kind: "other" }];
}

/** The server to start with, and the address where it is a typed one: the last one used, else the best. */
export function firstChoice(offers: readonly ServerOffer[], last: string | null): { key: string; address: string } {
  if (last) {
    const offered = offers.some((offer) => offer.key === last);
    return offered ? { key: last, address: "" } : { key: TYPED, address: last };
  }
  return { key: offers[0]?.key ?? TYPED, address: "" };
}

/** What stands in the form for this server: the demo's owner for the sandbox, unless something else was typed. */
export function filledFor(kind: ServerOffer["kind"], typed: Credentials): Credentials {
  const untouched = typed.email === "" && typed.password === "";
  const isDemo = typed.email === DEMO.email && typed.password === DEMO.password;
  if (kind === "sandbox") return untouched ? { ...DEMO } : typed;
  return isDemo ? { email: "", password: "" } : typed;
}
