//! Which address a person may give for a picture. How it is fetched, and from where not, belongs to the client.

use url::Url;

/// Longest address that the contract takes, in characters.
const LONGEST: usize = 2048;

/// Why an address is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PictureUrlError {
    /// Not an address at all.
    #[error("not an address")]
    NotAnAddress,
    /// Only https, because everybody who sees the profile fetches it.
    #[error("the address does not begin with https://")]
    NotHttps,
    /// User name or password inside, which everybody would see.
    #[error("the address contains a user name or password")]
    Credentials,
    /// More than the contract takes.
    #[error("the address is longer than {LONGEST} characters")]
    TooLong,
}

/// The address of a picture as the contract's pattern wants it: https, ASCII host and path.
///
/// # Errors
/// The reason why not.
pub fn parse_picture_url(typed: &str) -> Result<String, PictureUrlError> {
    let typed = typed.trim();
    if typed.chars().count() > LONGEST {
        return Err(PictureUrlError::TooLong);
    }
    let url = Url::parse(typed).map_err(|_| PictureUrlError::NotAnAddress)?;
    if url.scheme() != "https" {
        return Err(PictureUrlError::NotHttps);
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(PictureUrlError::Credentials);
    }
    // The contract's pattern has no place for the brackets of an IPv6 address, nor for underscores in host names.
    let fits = url.host_str().is_some_and(|host| {
        host.starts_with(|c: char| c.is_ascii_alphanumeric())
            && host.chars().all(|c| c.is_ascii_alphanumeric() || c == '.' || c == '-')
    });
    if !fits {
        return Err(PictureUrlError::NotAnAddress);
    }
    let address = url.as_str();
    if address.len() > LONGEST { Err(PictureUrlError::TooLong) } else { Ok(address.to_owned()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_https_and_writes_it_in_ascii() {
        assert_eq!(
            parse_picture_url(" https://Example.com/ä b.png ").as_deref(),
            Ok("https://example.com/%C3%A4%20b.png")
        );
        assert_eq!(parse_picture_url("https://bücher.example/a").as_deref(), Ok("https://xn--bcher-kva.example/a"));
    }

    #[test]
    fn refuses_the_rest_with_its_reason() {
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
