//! Extracts the token from the link in a mail about a forgotten password. People paste the whole link, or only the
//! token. The form of the link is not documented, so the usual ones are accepted. Only the server can tell whether the
//! token is valid.

use std::borrow::Cow;

use url::Url;
use url::form_urlencoded;

use crate::invisible::is_invisible;

/// In characters, from tests/contract/openapi.yaml.
const MAX_TOKEN_LENGTH: usize = 128;

/// Characters that mail programs and people put around a link.
const AROUND: &[char] = &['<', '>', '"', '\'', '“', '”', '«', '»'];

/// Why a pasted text is neither a link with a token nor a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LinkError {
    /// Nothing was pasted.
    #[error("there is no link")]
    Empty,
    /// White space inside, for example a whole mail.
    #[error("the link has spaces inside")]
    Spaces,
    /// An address without a token.
    #[error("the link has no token")]
    NoToken,
    /// The token has more characters than the API accepts.
    #[error("the token is too long")]
    TooLong,
}

/// Returns the token of a link: its parameter `token`, or else the last part of its path. A text that is not an address
/// is the token itself.
pub fn parse_link_token(pasted: &str) -> Result<Cow<'_, str>, LinkError> {
    let link = pasted.trim_matches(|c: char| is_invisible(c) || AROUND.contains(&c));
    if link.is_empty() {
        return Err(LinkError::Empty);
    }
    if link.chars().any(char::is_whitespace) {
        return Err(LinkError::Spaces);
    }
    let token = match address(link) {
        Some(url) => Cow::Owned(token_of(&url).ok_or(LinkError::NoToken)?),
        None => Cow::Borrowed(link),
    };
    if token.chars().count() > MAX_TOKEN_LENGTH { Err(LinkError::TooLong) } else { Ok(token) }
}

/// The text as an address; none if it has no part of one. The scheme may be missing.
fn address(link: &str) -> Option<Url> {
    if link.contains("://") {
        return Url::parse(link).ok();
    }
    // A token may contain a slash or an equals sign (base64), but no question mark.
    if link.contains('?') { Url::parse(&format!("https://{link}")).ok() } else { None }
}

fn token_of(url: &Url) -> Option<String> {
    // Pages that run in the browser put their own address, with its parameters, behind the #.
    let page = url.fragment().filter(|fragment| fragment.starts_with('/')).unwrap_or_default();
    let (page_path, page_query) = page.split_once('?').unwrap_or((page, ""));
    let queries = [url.query().unwrap_or_default(), page_query];
    let mut pairs = queries.into_iter().flat_map(|query| form_urlencoded::parse(query.as_bytes()));
    let parameter = pairs.find(|(name, value)| name.eq_ignore_ascii_case("token") && !value.is_empty());
    let last_part = |path: &str| path.rsplit('/').find(|part| !part.is_empty()).map(str::to_owned);
    parameter.map(|(_, value)| value.into_owned()).or_else(|| last_part(page_path)).or_else(|| last_part(url.path()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_token_is_taken_out_of_a_pasted_link() {
        for pasted in [
            "T0k-en_1",
            "  T0k-en_1\r\n",
            "\u{200b}\"T0k-en_1\"",
            "http://127.0.0.1:8787/change-password?token=T0k-en_1",
            "<https://example.com/change-password?token=T0k-en_1>",
            "https://example.com/change-password?lang=es&Token=T0k-en_1#top",
            "example.com/change-password?token=T0k-en_1",
            "https://example.com/auth/change-password/T0k-en_1",
            "https://example.com/auth/change-password/T0k-en_1/?lang=es",
            "https://example.com/?utm=mail#/change-password?token=T0k-en_1",
            "https://example.com/#/change-password/T0k-en_1",
            "https://example.com/change-password/T0k-en_1#top",
        ] {
            assert_eq!(parse_link_token(pasted).as_deref(), Ok("T0k-en_1"), "{pasted:?}");
        }
    }

    #[test]
    fn characters_of_base64_are_kept() {
        for token in ["a/b+c==", "eyJh.eyJ1.c2ln"] {
            assert_eq!(parse_link_token(token).as_deref(), Ok(token));
        }
        assert_eq!(parse_link_token("https://example.com/p?token=a%2Fb%2Bc%3D%3D").as_deref(), Ok("a/b+c=="));
    }

    #[test]
    fn text_without_a_token_is_rejected_with_the_reason() {
        let long = "a".repeat(129);
        for (pasted, reason) in [
            ("", LinkError::Empty),
            (" \u{200b}\n", LinkError::Empty),
            ("Open https://example.com/change-password?token=a", LinkError::Spaces),
            ("https://example.com", LinkError::NoToken),
            ("https://example.com/?token=", LinkError::NoToken),
            (long.as_str(), LinkError::TooLong),
        ] {
            assert_eq!(parse_link_token(pasted), Err(reason), "{pasted:?}");
        }
    }
}
