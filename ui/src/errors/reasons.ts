// The sentence for each reason of a failure, by the word in `details.problem`: what was typed at sign-in, the certificate,
// the proxy. A word that is not known here leaves the sentence of the code.

import type { AppError } from "../host/types";
import * as m from "../paraglide/messages";
import type { Text } from "../text/words";

/** Most hosts of a certificate in a sentence; the details hold the rest. */
const MOST_NAMES = 3;

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
const TOKEN_PROBLEMS: Record<string, Text> = { empty: m.token_missing, spaces: m.token_spaces, characters: m.token_characters };

const TLS_PROBLEMS: Record<string, (of: { host: string }) => string> = {
  expired: m.tls_expired,
  notYetValid: m.tls_not_yet_valid,
  notForServers: m.tls_not_for_servers,
  revoked: m.tls_revoked,
  noTls: m.tls_none,
  handshake: m.tls_handshake,
};

const PROXY_PROBLEMS: Record<string, (of: { host: string; proxy: string }) => string> = {
  setting: m.proxy_setting,
  kind: m.proxy_kind,
  unreachable: m.proxy_unreachable,
  credentials: m.proxy_credentials,
  refused: m.proxy_refused,
  untrusted: m.proxy_untrusted,
};

const by = (problems: Record<string, Text>, general: Text) => ({ details }: AppError): string =>
  (problems[details.problem ?? ""] ?? general)();

/** Why an address is none of a server. */
export const serverText = by(SERVER_PROBLEMS, m.error_invalidServer);
/** Why a text is no email address. */
export const emailText = by(EMAIL_PROBLEMS, m.error_invalidEmail);
/** Why a text is no password. */
export const passwordText = by(PASSWORD_PROBLEMS, m.error_invalidPassword);
/** Why a text is no API token. */
export const tokenText = by(TOKEN_PROBLEMS, m.error_invalidToken);

/** The hosts of a certificate, the first of many. */
function hosts(names: readonly string[]): string {
  return names.slice(0, MOST_NAMES).join(", ") + (names.length > MOST_NAMES ? "…" : "");
}

/** Why TLS with the server did not come about. */
export function tlsText({ details }: AppError): string {
  const { host, certificate } = details;
  if (!host) return m.error_tls();
  if (details.problem === "otherHost") {
    const names = hosts(certificate?.names ?? []);
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
