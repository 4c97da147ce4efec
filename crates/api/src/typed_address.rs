//! Parses server addresses as users type or paste them, and suggests a correction for an invalid one. The parsed
//! address is an [`Endpoint`].

use lapel_domain::trim_invisible;
use url::{ParseError, Url};

use crate::endpoint::is_loopback;
use crate::{Endpoint, routes};

/// Maximum length of an address in bytes; far more than any real address needs.
const MAX_LENGTH: usize = 512;

/// Why a text is not the address of a profile API. The messages never repeat the address: it may contain a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EndpointError {
    /// No host.
    #[error("the address has no host")]
    Empty,
    /// Not a URL.
    #[error("not the address of a server")]
    NotAnAddress,
    /// The port is not a number from 0 to 65535.
    #[error("the port is not a number up to 65535")]
    Port,
    /// Neither https nor http.
    #[error("the address is not an https address")]
    Scheme,
    /// http to another computer.
    #[error("only https is allowed, or http on this computer")]
    NotSecure,
    /// The address contains a user name or password, which would end up in logs.
    #[error("the address contains a user name or password")]
    Credentials,
    /// The address has a query or a fragment.
    #[error("the address has a query or a fragment")]
    Query,
    /// The address of an API route instead of the API's base address.
    #[error("the address is that of an API route")]
    Route,
    /// More than 512 bytes.
    #[error("the address is longer than {MAX_LENGTH} bytes")]
    TooLong,
}

/// Why a typed address is rejected, with a suggested correction.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct AddressError {
    /// Why the address is rejected.
    pub reason: EndpointError,
    /// The address that the user may have meant. Only the user can confirm it.
    pub suggestion: Option<Endpoint>,
}

impl Endpoint {
    /// Parses an address that the user has just typed. Like [`Endpoint::parse`], but also rejects the address of an
    /// API route, because the user has then copied too much.
    pub fn typed(text: &str) -> Result<Self, AddressError> {
        let error = |reason| AddressError { reason, suggestion: suggest(text) };
        let endpoint = Self::parse(text).map_err(error)?;
        if routes::base_of(endpoint.path()).is_some() { Err(error(EndpointError::Route)) } else { Ok(endpoint) }
    }
}

/// Parses and checks a base address, except for its path.
pub(crate) fn parse_base(typed: &str) -> Result<Url, EndpointError> {
    let url = parse_with_default_scheme(typed)?;
    match url.scheme() {
        "https" => {}
        "http" if is_loopback(&url) => {}
        "http" => return Err(EndpointError::NotSecure),
        _ => return Err(EndpointError::Scheme),
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(EndpointError::Credentials);
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(EndpointError::Query);
    }
    Ok(url)
}

/// Parses the text as a URL. Without a scheme, it becomes https, or http for this computer.
fn parse_with_default_scheme(typed: &str) -> Result<Url, EndpointError> {
    let typed = trim_invisible(typed);
    if typed.len() > MAX_LENGTH {
        return Err(EndpointError::TooLong);
    }
    if insert_missing_colon(typed).is_some() {
        return Err(EndpointError::NotAnAddress);
    }
    if has_scheme(typed) {
        return parse(typed);
    }
    let url = parse(&format!("https://{typed}"))?;
    if is_loopback(&url) { parse(&format!("http://{typed}")) } else { Ok(url) }
}

fn parse(url: &str) -> Result<Url, EndpointError> {
    Url::parse(url).map_err(|error| match error {
        ParseError::EmptyHost => EndpointError::Empty,
        ParseError::InvalidPort => EndpointError::Port,
        _ => EndpointError::NotAnAddress,
    })
}

/// The address with a colon inserted after its scheme, if that colon is missing. Parsed without it,
/// `https//example.com` would name a server `https`.
fn insert_missing_colon(typed: &str) -> Option<String> {
    let (scheme, rest) = typed.split_once("//")?;
    let is_scheme = scheme.eq_ignore_ascii_case("https") || scheme.eq_ignore_ascii_case("http");
    is_scheme.then(|| format!("{scheme}://{rest}"))
}

/// Whether a text begins with a scheme. In `example.com:8443` and `localhost:8787` the part before the colon is a
/// host.
fn has_scheme(typed: &str) -> bool {
    let Some((scheme, rest)) = typed.split_once(':') else { return false };
    if scheme.eq_ignore_ascii_case("https") || scheme.eq_ignore_ascii_case("http") {
        return true;
    }
    let is_scheme_syntax = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'));
    let is_host = scheme.contains('.')
        || scheme.eq_ignore_ascii_case("localhost")
        || rest.starts_with(|c: char| c.is_ascii_digit());
    is_scheme_syntax && (rest.starts_with("//") || !(rest.is_empty() || is_host))
}

/// The base address on the same server, over https, without route, query and fragment.
fn suggest(typed: &str) -> Option<Endpoint> {
    let corrected = insert_missing_colon(trim_invisible(typed));
    let mut url = parse_with_default_scheme(corrected.as_deref().unwrap_or(typed)).ok()?;
    url.set_query(None);
    url.set_fragment(None);
    if url.scheme() == "http" && !is_loopback(&url) {
        url.set_scheme("https").ok()?;
    }
    if let Some(base) = routes::base_of(url.path()).map(str::to_owned) {
        url.set_path(&base);
    }
    Endpoint::parse(url.as_str()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn invalid_addresses_are_rejected_with_a_reason() {
        for (typed, reason) in [
            ("", EndpointError::Empty),
            (" \u{200b}", EndpointError::Empty),
            ("https://", EndpointError::Empty),
            ("https:", EndpointError::Empty),
            ("two words", EndpointError::NotAnAddress),
            ("https://exa mple.com", EndpointError::NotAnAddress),
            ("https://[::1", EndpointError::NotAnAddress),
            ("https//example.com", EndpointError::NotAnAddress),
            ("https://example.com:port/v1", EndpointError::Port),
            ("example.com:port", EndpointError::Port),
            ("example.com:70000", EndpointError::Port),
            ("http://example.com/v1", EndpointError::NotSecure),
            ("http:example.com", EndpointError::NotSecure),
            ("http://localhost.example.com", EndpointError::NotSecure),
            ("http://192.168.0.1/v1", EndpointError::NotSecure),
            ("http://0.0.0.0/v1", EndpointError::NotSecure),
            ("ftp://example.com", EndpointError::Scheme),
            ("file:///etc/passwd", EndpointError::Scheme),
            ("mailto:me@example.com", EndpointError::Scheme),
            ("javascript:alert(1)", EndpointError::Scheme),
            ("https://me:secret@example.com/v1", EndpointError::Credentials),
            ("me@example.com", EndpointError::Credentials),
            ("https://example.com/v1?x=1", EndpointError::Query),
            ("example.com/?next=https://example.org", EndpointError::Query),
            ("https://example.com/v1#top", EndpointError::Query),
        ] {
            assert_eq!(Endpoint::parse(typed), Err(reason), "{typed}");
            assert_eq!(Endpoint::typed(typed).map_err(|error| error.reason), Err(reason), "{typed}");
        }
        assert_eq!(Endpoint::parse(&"a".repeat(513)), Err(EndpointError::TooLong));
    }

    #[test]
    fn a_correction_is_suggested() {
        for (typed, expected) in [
            ("https://example.com/v1/auth/login", Some("https://example.com/v1")),
            ("example.com/auth/login/", Some("https://example.com/v1")),
            ("localhost:8787/v1/users/profile", Some("http://localhost:8787/v1")),
            ("https://example.com/api/v2/organizations/acme/collaborators/", Some("https://example.com/api/v2")),
            ("https://example.com/v1/users/profile?x=1#top", Some("https://example.com/v1")),
            ("https://example.com/v1?x=1", Some("https://example.com/v1")),
            ("http://example.com/v1", Some("https://example.com/v1")),
            ("http://example.com:80/v1/auth/login", Some("https://example.com/v1")),
            (" HTTPS//example.com/v1", Some("https://example.com/v1")),
            ("http//localhost:8787/v1/auth/login", Some("http://localhost:8787/v1")),
            ("https//", None),
            ("ftp://example.com", None),
            ("http://me:secret@example.com/v1", None),
            ("https://me:secret@example.com/v1/auth/login", None),
            ("https://", None),
        ] {
            let parsed = Endpoint::typed(typed).map(|endpoint| endpoint.key()).map_err(|error| error.suggestion);
            let suggested = parsed.map_err(|suggestion| suggestion.map(|endpoint| endpoint.key()));
            assert_eq!(suggested, Err(expected.map(str::to_owned)), "{typed}");
        }
    }

    #[test]
    fn a_base_address_that_resembles_a_route_is_accepted() {
        for typed in ["https://example.com/v1", "https://example.com/auth", "https://example.com/profile/users-api"] {
            assert!(Endpoint::typed(typed).is_ok(), "{typed}");
        }
    }
}
