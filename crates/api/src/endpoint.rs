//! The base address of a profile API, and the stored form of picture addresses on its origin. `base_address` parses
//! the text; `picture_fetcher` decides what may be fetched from other hosts.

use std::fmt;

use url::Url;

use crate::base_address::{EndpointError, is_loopback, parse_base};

/// The base address of a profile API, such as `https://api.applivery.io/v1`, without a trailing slash.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Endpoint {
    url: Url,
    normalized: String,
}

impl Endpoint {
    /// Parses an address as users type it. A missing scheme becomes `https://`, or `http://` for this computer; a
    /// missing path becomes `/v1`.
    pub fn parse(typed: &str) -> Result<Self, EndpointError> {
        let mut url = parse_base(typed)?;
        let path = match url.path().trim_end_matches('/') {
            "" => "/v1".to_owned(),
            path => path.to_owned(),
        };
        url.set_path(&path);
        let normalized = url.as_str().to_owned();
        Ok(Self { url, normalized })
    }

    /// The address, without a trailing slash.
    pub fn as_str(&self) -> &str {
        &self.normalized
    }

    /// The normalized spelling of the address (lower-case host, no default port). Identifies the server of an
    /// account.
    pub fn key(&self) -> String {
        self.normalized.clone()
    }

    /// Scheme, host and port: `https://api.applivery.io`.
    pub fn origin(&self) -> String {
        self.url.origin().ascii_serialization()
    }

    /// The path of the base: `/v1`.
    pub(crate) fn path(&self) -> &str {
        self.url.path()
    }

    /// Whether an address has the API's origin: the same scheme, host and port.
    pub fn is_own(&self, url: &Url) -> bool {
        self.url.origin() == url.origin()
    }

    /// Whether the server runs on this computer. It is then reached without a proxy.
    pub(crate) fn is_local(&self) -> bool {
        is_loopback(&self.url)
    }

    /// The form in which a picture's address is stored and compared. An address on the API's origin loses scheme, host
    /// and port, because the sandbox's port changes with every start. Any other address is unchanged.
    pub fn to_stored(&self, picture_url: &str) -> String {
        match Url::parse(picture_url) {
            Ok(url) if self.is_own(&url) && url.username().is_empty() && url.password().is_none() => {
                url[url::Position::BeforePath..].to_owned()
            }
            _ => picture_url.to_owned(),
        }
    }

    /// The reverse of [`Self::to_stored`]: turns a stored address into the one that is sent and fetched.
    pub fn complete(&self, stored: &str) -> String {
        if stored.starts_with('/') { self.origin() + stored } else { stored.to_owned() }
    }

    /// The address of a route. Each part becomes one escaped path segment; an empty last part adds a trailing slash.
    pub fn join(&self, parts: &[&str]) -> Url {
        let mut url = self.url.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.extend(parts);
        }
        url
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.normalized)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may panic")]
    use super::*;

    #[test]
    fn typed_addresses_are_normalized() {
        for (typed, address) in [
            ("https://api.applivery.io/v1", "https://api.applivery.io/v1"),
            (" https://API.example.com:443/v1// ", "https://api.example.com/v1"),
            ("api.example.com", "https://api.example.com/v1"),
            ("api.example.com:8443/", "https://api.example.com:8443/v1"),
            ("https://example.com/profile/v2/", "https://example.com/profile/v2"),
            ("http://127.0.0.1:8787/v1", "http://127.0.0.1:8787/v1"),
            ("http://127.9.9.9", "http://127.9.9.9/v1"),
            ("http://[::1]:80/v1", "http://[::1]/v1"),
            ("http://LOCALHOST:8787", "http://localhost:8787/v1"),
            ("localhost:8787", "http://localhost:8787/v1"),
            ("127.0.0.1:8787/v1", "http://127.0.0.1:8787/v1"),
            ("[::1]", "http://[::1]/v1"),
            ("https://localhost:8443", "https://localhost:8443/v1"),
            ("https:api.example.com", "https://api.example.com/v1"),
            ("https:/api.example.com/v1", "https://api.example.com/v1"),
            ("HTTPS://api.example.com", "https://api.example.com/v1"),
            ("\u{feff}\u{200b}api.example.com\u{200b}\r\n", "https://api.example.com/v1"),
            ("https://bücher.example", "https://xn--bcher-kva.example/v1"),
        ] {
            let endpoint = Endpoint::parse(typed).unwrap();
            assert_eq!(endpoint.as_str(), address, "{typed}");
            assert_eq!(Endpoint::parse(&endpoint.key()).unwrap(), endpoint);
        }
    }

    #[test]
    fn stored_picture_addresses_follow_a_changed_origin() {
        let before = Endpoint::parse("http://127.0.0.1:8787/v1").unwrap();
        let after = Endpoint::parse("http://127.0.0.1:9999/v1").unwrap();
        let stored = before.to_stored("http://127.0.0.1:8787/v1/pictures/1?size=2");
        assert_eq!(stored, "/v1/pictures/1?size=2");
        assert_eq!(after.complete(&stored), "http://127.0.0.1:9999/v1/pictures/1?size=2");
        for other in ["", "https://127.0.0.1:8787/a", "http://127.0.0.1/a", "https://cdn.example.com/a b", "not a url"]
        {
            assert_eq!(before.to_stored(other), other);
            assert_eq!(after.complete(other), other);
        }
        let api = Endpoint::parse("https://api.example.com").unwrap();
        assert_eq!(api.complete("//cdn.example.com/a"), "https://api.example.com//cdn.example.com/a");
        assert_eq!(api.to_stored("https://api.example.com:443/a"), "/a");
    }

    #[test]
    fn each_part_of_a_route_is_escaped_as_one_segment() {
        let endpoint = Endpoint::parse("https://api.example.com/v1").unwrap();
        assert_eq!(endpoint.join(&["users", "a/b?c#d"]).as_str(), "https://api.example.com/v1/users/a%2Fb%3Fc%23d");
        assert_eq!(endpoint.join(&["collaborators", ""]).as_str(), "https://api.example.com/v1/collaborators/");
    }
}
