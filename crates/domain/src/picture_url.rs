//! Validates the URL that a person enters for a picture.

use url::Url;

/// In characters (tests/contract/openapi.yaml).
const MAX_LENGTH: usize = 2048;

/// Why a picture URL is rejected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PictureUrlError {
    /// Not a URL, or its host is not a plain host name or IPv4 address.
    #[error("not an address")]
    NotAnAddress,
    /// Only https is allowed, because everyone who views the profile fetches the picture.
    #[error("the address does not begin with https://")]
    NotHttps,
    /// The URL contains a user name or password, which everyone who views the profile would see.
    #[error("the address contains a user name or password")]
    Credentials,
    /// More than 2048 characters.
    #[error("the address is longer than {MAX_LENGTH} characters")]
    TooLong,
}

/// Validates a picture URL and returns it as the pattern in tests/contract/openapi.yaml requires: https, with host
/// and path in ASCII.
pub fn parse_picture_url(typed: &str) -> Result<String, PictureUrlError> {
    let typed = typed.trim();
    if typed.chars().count() > MAX_LENGTH {
        return Err(PictureUrlError::TooLong);
    }
    let url = Url::parse(typed).map_err(|_| PictureUrlError::NotAnAddress)?;
    if url.scheme() != "https" {
        return Err(PictureUrlError::NotHttps);
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(PictureUrlError::Credentials);
    }
    // The pattern allows neither the brackets of an IPv6 address nor underscores in host names.
    let host_is_allowed = url.host_str().is_some_and(|host| {
        host.starts_with(|c: char| c.is_ascii_alphanumeric())
            && host.chars().all(|c| c.is_ascii_alphanumeric() || c == '.' || c == '-')
    });
    if !host_is_allowed {
        return Err(PictureUrlError::NotAnAddress);
    }
    let url = url.as_str();
    if url.len() > MAX_LENGTH { Err(PictureUrlError::TooLong) } else { Ok(url.to_owned()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accepts_https_urls_and_returns_them_in_ascii() {
        assert_eq!(
            parse_picture_url(" https://Example.com/ä b.png ").as_deref(),
            Ok("https://example.com/%C3%A4%20b.png")
        );
        assert_eq!(parse_picture_url("https://bücher.example/a").as_deref(), Ok("https://xn--bcher-kva.example/a"));
    }

    #[test]
    fn rejects_other_texts_with_the_reason() {
        for (typed, reason) in [
            ("", PictureUrlError::NotAnAddress),
            ("me.png", PictureUrlError::NotAnAddress),
            ("https://", PictureUrlError::NotAnAddress),
            ("https://[::1]/a.png", PictureUrlError::NotAnAddress),
            ("http://example.com/a.png", PictureUrlError::NotHttps),
            ("file:///etc/passwd", PictureUrlError::NotHttps),
            ("data:image/png;base64,AA==", PictureUrlError::NotHttps),
            ("javascript:alert(1)", PictureUrlError::NotHttps),
            ("https://me:secret@example.com/a.png", PictureUrlError::Credentials),
        ] {
            assert_eq!(parse_picture_url(typed), Err(reason), "{typed}");
        }
        assert_eq!(
            parse_picture_url(&format!("https://example.com/{}", "a".repeat(2048))),
            Err(PictureUrlError::TooLong)
        );
    }
}
