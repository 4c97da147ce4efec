// The servers that the sign-in form offers, and the credentials that it fills in automatically.

import type { ServerOffer } from "../../host/types";

/** The key of the option "Other server...", whose address is typed. */
export const OTHER_SERVER = "";

/** The credentials of the demo's owner. The sandbox creates this user. */
export const DEMO = { email: "owner@example.com", password: "lapel-demo" };

/** Typed or filled-in credentials. */
export interface Credentials {
  email: string;
  password: string;
}

/** The offered servers, with "Other server..." as the last option. */
export function serverOptions(offers: readonly ServerOffer[]): ServerOffer[] {
  return [...offers.filter((offer) => offer.key !== OTHER_SERVER), { key: OTHER_SERVER, kind: "other" }];
}

/**
 * The initial server: the last used one, otherwise the first offered one. `address` is set if the server is not one of
 * the offered ones.
 */
export function initialServer(offers: readonly ServerOffer[], last: string | null): { key: string; address: string } {
  if (last) {
    const offered = offers.some((offer) => offer.key === last);
    return offered ? { key: last, address: "" } : { key: OTHER_SERVER, address: last };
  }
  return { key: offers[0]?.key ?? OTHER_SERVER, address: "" };
}
