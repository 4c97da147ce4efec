//! The address of a profile API, and how addresses on its own origin are shortened and completed. How people type it is in
//! `typed_address`; what may be fetched from elsewhere is decided in `picture_fetcher`.

use std::fmt;

use url::{Host, Url};

use crate::typed_address::{self, EndpointError};

/// The base address of a profile API, such as `https://api.applivery.io/v1`, without a slash at its end.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Endpoint {
    url: Url,
    spelling: String,
}

impl Endpoint {
    /// Reads an address as people type it: without a scheme it gets `https://`, or `http://` on this computer; without a
    /// path it gets `/v1`.
    ///
    /// # Errors
    /// The reason why it is refused.
    pub fn parse(typed: &str) -> Result<Self, EndpointError> {
        let mut url = typed_address::read(typed)?;
        let path = match url.path().trim_end_matches('/') {
            "" => "/v1".to_owned(),
            path => path.to_owned(),
        };
        url.set_path(&path);
        let spelling = url.as_str().to_owned();
        Ok(Self { url, spelling })
    }

    /// The address, without a slash at its end.
    pub fn as_str(&self) -> &str {
        &self.spelling
    }

    /// The spelling that all spellings of the same address share (lower-case host, no default port): what accounts are
    /// told apart by.
    pub fn key(&self) -> String {
        self.spelling.clone()
    }

    /// Scheme, host and port: `https://api.applivery.io`.
    pub fn origin(&self) -> String {
        self.url.origin().ascii_serialization()
    }

    /// The path of the base: `/v1`.
    pub(crate) fn path(&self) -> &str {
        self.url.path()
    }

    /// Whether an address has the same scheme, host and port.
    pub fn is_own(&self, url: &Url) -> bool {
        self.url.origin() == url.origin()
    }

    /// Whether the server runs on this computer, where no proxy stands between.
    pub(crate) fn is_local(&self) -> bool {
        is_loopback(&self.url)
    }

    /// A picture's address as it is stored and compared: on the API's own origin without scheme, host and port (the
    /// sandbox changes its port with every start), any other unchanged.
    pub fn localise(&self, picture_url: &str) -> String {
        match Url::parse(picture_url) {
            Ok(url) if self.is_own(&url) && url.username().is_empty() && url.password().is_none() => {
                url[url::Position::BeforePath..].to_owned()
            }
            _ => picture_url.to_owned(),
        }
    }

    /// The reverse of [`Self::localise`]: a stored address as it is sent and fetched.
    pub fn complete(&self, stored: &str) -> String {
        if stored.starts_with('/') { self.origin() + stored } else { stored.to_owned() }
    }

    /// The address of a route. Each part is one segment of the path and is escaped as such; an empty one puts a slash at
    /// the end.
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
        f.write_str(&self.spelling)
    }
}

/// Judged by the address alone: looking a name up would let the network decide what counts as this computer.
pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may panic")]
    use super::*;

    #[test]
    fn takes_addresses_as_people_type_them() {
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
    fn own_pictures_lose_their_origin_and_get_the_present_one_back() {
        let before = Endpoint::parse("http://127.0.0.1:8787/v1").unwrap();
        let after = Endpoint::parse("http://127.0.0.1:9999/v1").unwrap();
        let stored = before.localise("http://127.0.0.1:8787/v1/pictures/1?size=2");
        assert_eq!(stored, "/v1/pictures/1?size=2");
        assert_eq!(after.complete(&stored), "http://127.0.0.1:9999/v1/pictures/1?size=2");
        for other in ["", "https://127.0.0.1:8787/a", "http://127.0.0.1/a", "https://cdn.example.com/a b", "not a url"]
        {
            assert_eq!(before.localise(other), other);
            assert_eq!(after.complete(other), other);
        }
        let api = Endpoint::parse("https://api.example.com").unwrap();
        assert_eq!(api.complete("//cdn.example.com/a"), "https://api.example.com//cdn.example.com/a");
        assert_eq!(api.localise("https://api.example.com:443/a"), "/a");
    }

    #[test]
    fn a_part_of_a_route_stays_one_segment() {
        let endpoint = Endpoint::parse("https://api.example.com/v1").unwrap();
        assert_eq!(endpoint.join(&["users", "a/b?c#d"]).as_str(), "https://api.example.com/v1/users/a%2Fb%3Fc%23d");
        assert_eq!(endpoint.join(&["collaborators", ""]).as_str(), "https://api.example.com/v1/collaborators/");
    }
}
