// Assigns errors to the fields of the sign-in form, and checks the input before it is sent.

import type { AppError } from "../../host/types";
import * as m from "../../messages";

/** A field of the form. */
export type SignInField = "address" | "email" | "password" | "code" | "token";

/** The input of the form. */
export interface Typed {
  /** Null if the server was chosen from the list. */
  address: string | null;
  email: string;
  password: string;
  /** Null until the server asks for it. */
  code: string | null;
  token: string;
  byToken: boolean;
}

/** The field that an error belongs to; null if it is shown above the form. */
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

/** The first field that is empty or obviously incomplete, with its error text. */
export function firstIncomplete(typed: Typed): { field: SignInField; text: () => string } | null {
  if (typed.address?.trim() === "") return { field: "address", text: m.address_missing };
  if (typed.byToken) return typed.token.trim() === "" ? { field: "token", text: m.token_missing } : null;
  if (typed.email.trim() === "") return { field: "email", text: m.email_missing };
  if (!/^\S+@\S+$/.test(typed.email.trim())) return { field: "email", text: m.email_incomplete };
  if (typed.password === "") return { field: "password", text: m.password_missing };
  if (typed.code?.trim() === "") return { field: "code", text: m.code_missing };
  return null;
}
