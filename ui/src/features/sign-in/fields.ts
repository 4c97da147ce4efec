// Where in the sign-in form a failure belongs, and what can be told before the server is asked.

import type { AppError } from "../../host/types";
import * as m from "../../paraglide/messages";

/** A field of the form. */
export type SignInField = "address" | "email" | "password" | "code" | "token";

/** What the form holds. */
export interface Typed {
  /** Null where the server was chosen from the list. */
  address: string | null;
  email: string;
  password: string;
  /** Null while the server has not asked for it. */
  code: string | null;
  token: string;
  byToken: boolean;
}

/** The field that a failure is about; null for one above the form. */
export function fieldOf(error: AppError, typed: Pick<Typed, "address">): SignInField | null {
  switch (error.code) {
    case "invalidEmail":
      return "email";
    case "wrongCredentials":
    case "invalidPassword":
      return "password";
    case "twoFactorRequired":
    case "twoFactorWrong":
    case "invalidCode":
      return "code";
    case "tokenRefused":
    case "invalidToken":
      return "token";
    case "invalidServer":
    case "unknownServer":
    case "missing":
      return typed.address === null ? null : "address";
    default:
      return null;
  }
}

/** The first field that is empty or plainly incomplete, with its sentence. */
export function missing(typed: Typed): { field: SignInField; text: () => string } | null {
  if (typed.address?.trim() === "") return { field: "address", text: m.address_missing };
  if (typed.byToken) return typed.token.trim() === "" ? { field: "token", text: m.token_missing } : null;
  if (typed.email.trim() === "") return { field: "email", text: m.email_missing };
  if (!/^\S+@\S+$/.test(typed.email.trim())) return { field: "email", text: m.email_incomplete };
  if (typed.password === "") return { field: "password", text: m.password_missing };
  if (typed.code?.trim() === "") return { field: "code", text: m.code_missing };
  return null;
}

/** Whom a two-factor code is for: somebody else, or another server, is not asked for it. */
export const codeOwner = (server: string, email: string): string => JSON.stringify([server.trim(), email.trim().toLowerCase()]);
