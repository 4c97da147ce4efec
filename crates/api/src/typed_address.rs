//! Checks server addresses that users have just typed or pasted: rejects the address of an API route, and suggests a
//! correction for an invalid address. `base_address` parses the text.

use lapel_domain::trim_invisible;

use crate::base_address::{EndpointError, insert_missing_colon, is_loopback, parse_with_default_scheme};
use crate::{Endpoint, routes};

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
    /// API route: the user has probably copied too much.
    pub fn typed(text: &str) -> Result<Self, AddressError> {
        let error = |reason| AddressError { reason, suggestion: suggest(text) };
        let endpoint = Self::parse(text).map_err(error)?;
        if routes::base_of(endpoint.path()).is_some() { Err(error(EndpointError::Route)) } else { Ok(endpoint) }
    }
}

/// The base address on the same server without route, query and fragment. http becomes https, except for this computer.
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
