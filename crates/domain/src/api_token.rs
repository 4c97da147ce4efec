//! Extracts the API token from a pasted text. People often paste the whole header line, with quotes and line breaks
//! around it. Only the server can tell whether the token is valid.

use crate::invisible::is_invisible;

/// Quotation marks that documents and scripts put around a token. RFC 6750 allows none of them inside a token.
const QUOTES: &[char] = &['"', '\'', '`', '“', '”', '„', '‘', '’', '‚', '«', '»', '‹', '›'];

/// Why a pasted text is not an API token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// Nothing is left after header words, quotes and white space are removed.
    #[error("there is no token")]
    Empty,
    /// White space inside, for example two tokens or a sentence.
    #[error("the token has spaces inside")]
    Spaces,
    /// A character that a header value cannot contain.
    #[error("the token contains characters that are not allowed")]
    Characters,
}

/// Returns the token without the `Authorization:`, `Bearer`, quotes, line breaks and invisible characters around it.
pub fn parse_api_token(pasted: &str) -> Result<&str, TokenError> {
    let mut token = pasted;
    loop {
        let length_before = token.len();
        token = token.trim_matches(|c: char| is_invisible(c) || QUOTES.contains(&c));
        token = strip_header_name(token);
        token = strip_bearer(token);
        if token.len() == length_before {
            break;
        }
    }
    if token.is_empty() {
        Err(TokenError::Empty)
    } else if token.chars().any(char::is_whitespace) {
        Err(TokenError::Spaces)
    } else if !token.chars().all(|c| c.is_ascii_graphic()) {
        Err(TokenError::Characters)
    } else {
        Ok(token)
    }
}

/// The value of a header line. The header name may be quoted.
fn strip_header_name(text: &str) -> &str {
    let Some(rest) = strip_word(text, "authorization") else { return text };
    rest.trim_start_matches(|c: char| is_invisible(c) || QUOTES.contains(&c)).strip_prefix(':').unwrap_or(text)
}

/// The credentials after the word `Bearer`. A token that merely starts with these letters is returned unchanged.
fn strip_bearer(text: &str) -> &str {
    match strip_word(text, "bearer") {
        Some(rest) if rest.is_empty() || rest.starts_with(|c: char| is_invisible(c) || c == ':') => {
            rest.strip_prefix(':').unwrap_or(rest)
        }
        _ => text,
    }
}

fn strip_word<'a>(text: &'a str, word: &str) -> Option<&'a str> {
    let (start, rest) = text.split_at_checked(word.len())?;
    start.eq_ignore_ascii_case(word).then_some(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn removes_header_words_quotes_and_invisible_characters_around_a_token() {
        for pasted in [
            "T0k.en-_~+/=",
            "  T0k.en-_~+/=\r\n",
            "Bearer T0k.en-_~+/=",
            "bearer\tT0k.en-_~+/=",
            "Bearer\u{a0}T0k.en-_~+/=",
            "Bearer: T0k.en-_~+/=",
            "Authorization: Bearer T0k.en-_~+/=",
            "authorization:bearer T0k.en-_~+/=\n",
            "AUTHORIZATION : BEARER  T0k.en-_~+/=",
            "Authorization:\r\n  Bearer\r\n  T0k.en-_~+/=",
            "Authorization: T0k.en-_~+/=",
            "\"T0k.en-_~+/=\"",
            "'Authorization: Bearer T0k.en-_~+/='",
            "\"Authorization\": \"Bearer T0k.en-_~+/=\"",
            "Authorization: Bearer \"T0k.en-_~+/=\"",
            "“T0k.en-_~+/=”",
            "«T0k.en-_~+/=»",
            "`T0k.en-_~+/=`",
            "\u{feff}\u{200b}T0k.en-_~+/=\u{2060}\u{200e}",
        ] {
            assert_eq!(parse_api_token(pasted), Ok("T0k.en-_~+/="), "{pasted:?}");
        }
    }

    #[test]
    fn header_words_inside_a_token_are_kept() {
        for token in ["BearerT0ken", "authorization", "Authorization-Bearer", "x:Bearer"] {
            assert_eq!(parse_api_token(token), Ok(token));
        }
    }

    #[test]
    fn text_that_is_not_a_token_is_rejected_with_the_reason() {
        for (pasted, reason) in [
            ("", TokenError::Empty),
            (" \u{200b}\r\n", TokenError::Empty),
            ("\"\"", TokenError::Empty),
            ("Bearer", TokenError::Empty),
            ("Authorization: Bearer ''", TokenError::Empty),
            ("one two", TokenError::Spaces),
            ("one\ntwo", TokenError::Spaces),
            ("Basic dXNlcg==", TokenError::Spaces),
            ("Bearer one two", TokenError::Spaces),
            ("contraseña", TokenError::Characters),
            ("one\u{200b}two", TokenError::Characters),
            ("one\u{0}two", TokenError::Characters),
        ] {
            assert_eq!(parse_api_token(pasted), Err(reason), "{pasted:?}");
        }
    }
}
