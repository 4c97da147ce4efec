//! Parses and checks the base address of a profile API, except for its path. `endpoint` adds the path;
//! `typed_address` suggests corrections.

use lapel_domain::trim_invisible;
use url::{Host, ParseError, Url};

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

/// Parses the text as a URL. A missing scheme becomes https, or http for this computer.
pub(crate) fn parse_with_default_scheme(typed: &str) -> Result<Url, EndpointError> {
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

/// The address with a colon inserted after its scheme, if that colon is missing. Otherwise `https//example.com` would
/// be parsed as a server named `https`.
pub(crate) fn insert_missing_colon(typed: &str) -> Option<String> {
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

/// Checks only the text of the address: with a DNS lookup, the network could decide what counts as this computer.
pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}
