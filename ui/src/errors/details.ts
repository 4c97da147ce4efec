// The technical details of a failure, to show on the page and to copy as text for support.

import type { AppError } from "../host/types";
import * as m from "../messages";
import type { Fact } from "../text/fact";
import { errorText, hasDetails } from "./table";

/** The details of an error as a list; empty unless the error has the trait `hasDetails` (table.ts). */
export function detailFacts(error: AppError): Fact[] {
  if (!hasDetails(error)) return [];
  const { code, details } = error;
  const { certificate } = details;
  const texts: [string, string | number | undefined][] = [
    [m.details_server(), details.host],
    [m.details_status(), details.httpStatus],
    [m.details_code(), details.serverCode],
    [m.details_proxy(), details.proxy],
    [m.details_subject(), certificate?.subject],
    [m.details_names(), certificate?.names.join(", ")],
    [m.details_issuer(), certificate?.issuer],
  ];
  const facts: Fact[] = texts.flatMap(([name, value]) => (value ? [{ name, value: String(value), long: true }] : []));
  if (certificate) {
    facts.push({ name: m.details_not_before(), at: certificate.notBefore, as: "date" });
    facts.push({ name: m.details_not_after(), at: certificate.notAfter, as: "date" });
  }
  return [...facts, { name: m.details_kind(), value: [code, details.problem].filter(Boolean).join(", "), long: true }];
}

/** The details as text, after the sentence of the error. Times are in ISO 8601. */
export function detailText(error: AppError): string {
  const lines = detailFacts(error).map((fact) => `${fact.name}: ${"at" in fact ? new Date(fact.at).toISOString() : fact.value}`);
  return [errorText(error), ...lines].join("\n");
}
