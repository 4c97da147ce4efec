//! The API token in a pasted text: people copy the whole header line, with quotes and line breaks around it. Whether the
//! token is a good one is the server's to know.

use crate::invisible::is_invisible;

/// Quotes that stand around a token in documents and scripts. RFC 6750 has none of them inside a token.
const QUOTES: &[char] = &['"', '\'', '`', '“', '”', '„', '‘', '’', '‚', '«', '»', '‹', '›'];

/// Why a text is no API token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// Nothing but what stands around a token.
    #[error("there is no token")]
    Empty,
    /// White space inside, such as that of two tokens or of a sentence.
    #[error("the token has spaces inside")]
    Spaces,
    /// A character inside that no header can carry.
    #[error("the token has characters that no token has")]
    Characters,
}

/// The token itself, without `Authorization:`, `Bearer`, quotes, line breaks and invisible characters around it.
///
/// # Errors
/// Where what is left cannot be a token.
pub fn parse_api_token(pasted: &str) -> Result<&str, TokenError> {
    let mut token = pasted;
    loop {
        let before = token.len();
        token = token.trim_matches(|c: char| is_invisible(c) || QUOTES.contains(&c));
        token = without_name(token);
        token = without_scheme(token);
        if token.len() == before {
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

/// The value of a header line; quotes may stand around its name, too.
fn without_name(text: &str) -> &str {
    let Some(rest) = without_word(text, "authorization") else { return text };
    rest.trim_start_matches(|c: char| is_invisible(c) || QUOTES.contains(&c)).strip_prefix(':').unwrap_or(text)
}

/// The credentials behind the word `Bearer`, which is not followed at once by more of the token.
fn without_scheme(text: &str) -> &str {
    match without_word(text, "bearer") {
        Some(rest) if rest.is_empty() || rest.starts_with(|c: char| is_invisible(c) || c == ':') => {
            rest.strip_prefix(':').unwrap_or(rest)
        }
        _ => text,
    }
}

fn without_word<'a>(text: &'a str, word: &str) -> Option<&'a str> {
    let (start, rest) = text.split_at_checked(word.len())?;
    start.eq_ignore_ascii_case(word).then_some(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_paste_around_a_token_is_taken_off() {
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
    fn words_of_a_header_that_are_part_of_a_token_stay() {
        for token in ["BearerT0ken", "authorization", "Authorization-Bearer", "x:Bearer"] {
            assert_eq!(parse_api_token(token), Ok(token));
        }
    }

    #[test]
    fn what_cannot_be_a_token_is_named() {
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
