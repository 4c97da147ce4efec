//! The address of a server as people type or paste it, and what they probably meant where it is none. What an address
//! stands for afterwards is in `endpoint`.

use lapel_domain::trim_invisible;
use url::{ParseError, Url};

use crate::endpoint::is_loopback;
use crate::{Endpoint, routes};

/// Longest address that is taken, in bytes: far more than any real one.
const LONGEST: usize = 512;

/// Why a text is no address of a profile API. None of the texts repeats the address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EndpointError {
    /// No host at all.
    #[error("the address names no server")]
    Empty,
    /// Not an address at all.
    #[error("not the address of a server")]
    NotAnAddress,
    /// A port that is no number from 0 to 65535.
    #[error("the port is not a number up to 65535")]
    Port,
    /// Neither https nor http.
    #[error("the address is of another kind than https")]
    Scheme,
    /// http with another computer.
    #[error("only https is taken, or http on this computer")]
    NotSecure,
    /// A user name or password inside, which would end up in logs.
    #[error("the address contains a user name or password")]
    Credentials,
    /// A query or a fragment.
    #[error("the address goes on after a ? or #")]
    Query,
    /// The address of one of the API's routes, which are behind its base.
    #[error("the address is that of a part of the API")]
    Route,
    /// More than 512 bytes.
    #[error("the address is longer than {LONGEST} bytes")]
    TooLong,
}

/// Why a typed address is refused, and which one may be meant.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct AddressError {
    /// Why.
    pub reason: EndpointError,
    /// The address that may be meant; only the person knows.
    pub suggestion: Option<Endpoint>,
}

impl Endpoint {
    /// Reads an address that a person has just typed: as [`Endpoint::parse`], and that of a route of the API is refused,
    /// because somebody copied too much.
    ///
    /// # Errors
    /// The reason why it is refused, with the address that may be meant.
    pub fn typed(text: &str) -> Result<Self, AddressError> {
        let refused = |reason| AddressError { reason, suggestion: meant(text) };
        let endpoint = Self::parse(text).map_err(refused)?;
        if routes::base_of(endpoint.path()).is_some() { Err(refused(EndpointError::Route)) } else { Ok(endpoint) }
    }
}

/// The address of the base, checked but for its path.
pub(crate) fn read(typed: &str) -> Result<Url, EndpointError> {
    let url = absolute(typed)?;
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

/// The text as an address; without a scheme one of https, or of http on this computer.
fn absolute(typed: &str) -> Result<Url, EndpointError> {
    let typed = trim_invisible(typed);
    if typed.len() > LONGEST {
        return Err(EndpointError::TooLong);
    }
    if with_colon(typed).is_some() {
        return Err(EndpointError::NotAnAddress);
    }
    if has_scheme(typed) {
        return parse(typed);
    }
    let url = parse(&format!("https://{typed}"))?;
    if is_loopback(&url) { parse(&format!("http://{typed}")) } else { Ok(url) }
}

fn parse(absolute: &str) -> Result<Url, EndpointError> {
    Url::parse(absolute).map_err(|error| match error {
        ParseError::EmptyHost => EndpointError::Empty,
        ParseError::InvalidPort => EndpointError::Port,
        _ => EndpointError::NotAnAddress,
    })
}

/// The address where the colon behind its scheme was left out. Read as it stands, `https//example.com` names a server `https`.
fn with_colon(typed: &str) -> Option<String> {
    let (scheme, rest) = typed.split_once("//")?;
    let is_scheme = scheme.eq_ignore_ascii_case("https") || scheme.eq_ignore_ascii_case("http");
    is_scheme.then(|| format!("{scheme}://{rest}"))
}

/// Whether a text begins with a scheme. In `example.com:8443` and `localhost:8787` a host stands before the colon.
fn has_scheme(typed: &str) -> bool {
    let Some((scheme, rest)) = typed.split_once(':') else { return false };
    if scheme.eq_ignore_ascii_case("https") || scheme.eq_ignore_ascii_case("http") {
        return true;
    }
    let is_word = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'));
    let is_host = scheme.contains('.')
        || scheme.eq_ignore_ascii_case("localhost")
        || rest.starts_with(|c: char| c.is_ascii_digit());
    is_word && (rest.starts_with("//") || !(rest.is_empty() || is_host))
}

/// The base of the same server over https, without what follows it.
fn meant(typed: &str) -> Option<Endpoint> {
    let corrected = with_colon(trim_invisible(typed));
    let mut url = absolute(corrected.as_deref().unwrap_or(typed)).ok()?;
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
    fn refuses_the_rest_with_its_reason() {
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
    fn what_may_be_meant_is_offered() {
        for (typed, meant) in [
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
            let error = Endpoint::typed(typed).map(|endpoint| endpoint.key()).map_err(|error| error.suggestion);
            let offered = error.map_err(|offered| offered.map(|endpoint| endpoint.key()));
            assert_eq!(offered, Err(meant.map(str::to_owned)), "{typed}");
        }
    }

    #[test]
    fn what_a_base_may_end_in_is_left_alone() {
        for typed in ["https://example.com/v1", "https://example.com/auth", "https://example.com/profile/users-api"] {
            assert!(Endpoint::typed(typed).is_ok(), "{typed}");
        }
    }
}
