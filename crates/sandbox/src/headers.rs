//! Reads request headers: host, bearer token, entity tags.

use axum::http::{HeaderMap, Uri, header};

use crate::response::ApiError;

/// Maximum length of a token. Longer ones are refused without a lookup.
const MAX_TOKEN_LENGTH: usize = 512;

/// Whether the request names a loopback host. Another name can be a DNS rebinding attack: a web page whose own
/// domain resolves to 127.0.0.1.
pub(crate) fn is_for_loopback_host(uri: &Uri, headers: &HeaderMap) -> bool {
    let mut hosts = headers.get_all(header::HOST).iter();
    let (Some(host), None) = (hosts.next(), hosts.next()) else { return false };
    host.to_str().is_ok_and(is_loopback) && uri.authority().is_none_or(|authority| is_loopback(authority.as_str()))
}

/// Whether `host` or `host:port` is a loopback name.
pub(crate) fn is_loopback(authority: &str) -> bool {
    ["127.0.0.1", "localhost", "[::1]"].iter().any(|name| match strip_prefix_ignore_case(authority, name) {
        Some("") => true,
        Some(rest) => rest.strip_prefix(':').is_some_and(is_port),
        None => false,
    })
}

fn is_port(text: &str) -> bool {
    (1..=5).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit())
}

fn strip_prefix_ignore_case<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let (head, rest) = text.split_at_checked(name.len())?;
    head.eq_ignore_ascii_case(name).then_some(rest)
}

/// The User-Agent.
pub(crate) fn client(headers: &HeaderMap) -> String {
    let agent = headers.get(header::USER_AGENT).and_then(|agent| agent.to_str().ok());
    agent.unwrap_or_default().to_owned()
}

/// The origin that the client used, for the URLs in responses.
pub(crate) fn origin(headers: &HeaderMap) -> String {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or("127.0.0.1");
    format!("http://{}", host.to_ascii_lowercase())
}

/// The bearer token of the Authorization header.
pub(crate) fn bearer(headers: &HeaderMap) -> Result<String, ApiError> {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let Some(value) = values.next() else { return Err(ApiError::no_token()) };
    if values.next().is_some() {
        return Err(ApiError::invalid_token());
    }
    let text = value.to_str().map_err(|_| ApiError::invalid_token())?;
    let token =
        strip_prefix_ignore_case(text.trim_start(), "bearer").filter(|rest| rest.is_empty() || rest.starts_with(' '));
    match token.map(str::trim) {
        None | Some("") => Err(ApiError::no_token()),
        Some(token) if token.len() > MAX_TOKEN_LENGTH => Err(ApiError::invalid_token()),
        Some(token) => Ok(token.to_owned()),
    }
}

/// Whether If-None-Match contains this tag, by weak comparison (RFC 9110, 13.1.2).
pub(crate) fn if_none_match_holds(headers: &HeaderMap, tag: &str) -> bool {
    tags(headers, header::IF_NONE_MATCH).any(|given| given == "*" || opaque(given) == opaque(tag))
}

/// Whether If-Match is present and does not contain this tag, by strong comparison (RFC 9110, 13.1.1).
pub(crate) fn if_match_fails(headers: &HeaderMap, tag: &str) -> bool {
    let holds = |given: &str| given == "*" || (given == tag && opaque(given) == given);
    headers.contains_key(header::IF_MATCH) && !tags(headers, header::IF_MATCH).any(holds)
}

/// A tag without the prefix `W/`.
fn opaque(tag: &str) -> &str {
    tag.strip_prefix("W/").unwrap_or(tag)
}

/// The tags in a header. Splits at every comma, because the tags of this server contain none.
fn tags(headers: &HeaderMap, name: header::HeaderName) -> impl Iterator<Item = &str> {
    let values = headers.get_all(name).into_iter();
    values.filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(',')).map(str::trim)
}

#[cfg(test)]
mod tests {
    use super::is_loopback;

    #[test]
    fn only_loopback_names_are_accepted() {
        for good in ["127.0.0.1", "127.0.0.1:8787", "localhost:1", "LocalHost", "[::1]", "[::1]:80"] {
            assert!(is_loopback(good), "{good}");
        }
        let bad = [
            "",
            "example.com",
            "localhost.example.com",
            "127.0.0.1.example.com:80",
            "127.0.0.2",
            "localhost:",
            "localhost:x",
            "localhost:123456",
            "user@localhost",
            "::1",
            "lo\u{f6}al",
            "0.0.0.0",
        ];
        for bad in bad {
            assert!(!is_loopback(bad), "{bad}");
        }
    }
}
