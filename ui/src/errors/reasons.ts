// The sentences for errors that have several reasons (sign-in input, certificate, proxy), by `details.problem`. An
// unknown reason gets the general sentence of the error code.

import type { AppError } from "../host/types";
import * as m from "../messages";
import type { Text } from "../text/words";
import { listOf } from "../text/lists";

/** The maximum number of host names of a certificate in a sentence; the details list all of them. */
const MAX_NAMES = 3;

const SERVER_PROBLEMS: Record<string, Text> = {
  empty: m.address_missing,
  notAnAddress: m.server_not_an_address,
  port: m.server_port,
  scheme: m.server_scheme,
  notSecure: m.server_not_secure,
  credentials: m.server_credentials,
  query: m.server_query,
  route: m.server_route,
  tooLong: m.server_too_long,
};

const EMAIL_PROBLEMS: Record<string, Text> = { empty: m.email_missing, tooLong: m.email_too_long };
const PASSWORD_PROBLEMS: Record<string, Text> = { empty: m.password_missing, tooLong: m.password_too_long };
const NEW_PASSWORD_PROBLEMS: Record<string, Text> = {
  empty: m.password_new_missing,
  tooShort: m.password_too_short,
  tooLong: m.password_too_long,
};
const LINK_PROBLEMS: Record<string, Text> = { empty: m.link_missing, spaces: m.link_spaces };
const TOKEN_PROBLEMS: Record<string, Text> = { empty: m.token_missing, spaces: m.token_spaces, characters: m.token_characters };

const TLS_PROBLEMS: Record<string, (names: { host: string }) => string> = {
  expired: m.tls_expired,
  notYetValid: m.tls_not_yet_valid,
  notForServers: m.tls_not_for_servers,
  revoked: m.tls_revoked,
  noTls: m.tls_none,
  handshake: m.tls_handshake,
};

const PROXY_PROBLEMS: Record<string, (names: { host: string; proxy: string }) => string> = {
  setting: m.proxy_setting,
  kind: m.proxy_kind,
  unreachable: m.proxy_unreachable,
  credentials: m.proxy_credentials,
  refused: m.proxy_refused,
  untrusted: m.proxy_untrusted,
};

const textByProblem = (problems: Record<string, Text>, general: Text) => ({ details }: AppError): string =>
  (problems[details.problem ?? ""] ?? general)();

/** Why a text is not the address of a server. */
export const serverText = textByProblem(SERVER_PROBLEMS, m.error_invalidServer);
/** Why a text is not an email address. */
export const emailText = textByProblem(EMAIL_PROBLEMS, m.error_invalidEmail);
/** Why a text is not a password. */
export const passwordText = textByProblem(PASSWORD_PROBLEMS, m.error_invalidPassword);
/** Why a text is not a new password. */
export const newPasswordText = textByProblem(NEW_PASSWORD_PROBLEMS, m.error_invalidNewPassword);
/** Why a text is not the link of a mail. */
export const linkText = textByProblem(LINK_PROBLEMS, m.error_invalidLink);
/** Why a text is not an API token. */
export const tokenText = textByProblem(TOKEN_PROBLEMS, m.error_invalidToken);

function hostList(names: readonly string[]): string {
  return listOf(names.slice(0, MAX_NAMES)) + (names.length > MAX_NAMES ? "…" : "");
}

/** Why no TLS connection to the server was possible. */
export function tlsText({ details }: AppError): string {
  const { host, certificate } = details;
  if (!host) return m.error_tls();
  if (details.problem === "otherHost") {
    const names = hostList(certificate?.names ?? []);
    return names ? m.tls_other_host({ host, names }) : m.tls_other_host_unnamed({ host });
  }
  if (details.problem === "unknownIssuer") {
    const issuer = certificate?.issuer;
    return issuer ? m.tls_unknown_issuer({ host, issuer }) : m.tls_unknown_issuer_unnamed({ host });
  }
  return (TLS_PROBLEMS[details.problem ?? ""] ?? m.error_tls)({ host });
}

/** What is wrong with the proxy. */
export function proxyText({ details }: AppError): string {
  const { proxy, host = "" } = details;
  const text = PROXY_PROBLEMS[details.problem ?? ""];
  return text && proxy ? text({ proxy, host }) : m.error_proxy();
}
