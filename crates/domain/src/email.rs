//! Syntax check of email addresses: `local@domain` as in RFC 5321, at most 256 characters as in
//! tests/contract/openapi.yaml, with letters of every script as in RFC 6531. Only the server can tell whether the
//! address exists.

use crate::invisible::trim_invisible;

/// In characters.
const MAX_LENGTH: usize = 256;
/// In bytes (RFC 5321).
const MAX_LOCAL_PART_LENGTH: usize = 64;
/// In bytes (RFC 1035).
const MAX_DOMAIN_LABEL_LENGTH: usize = 63;

/// Why a text is not an email address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EmailError {
    /// Nothing but invisible characters.
    #[error("the email address is empty")]
    Empty,
    /// More than 256 characters.
    #[error("the email address is longer than {MAX_LENGTH} characters")]
    TooLong,
    /// Not of the form `name@example.com`.
    #[error("not an email address")]
    NotAnAddress,
}

/// Returns the address without the invisible characters around it.
pub fn parse_email(typed: &str) -> Result<String, EmailError> {
    let email = trim_invisible(typed);
    if email.is_empty() {
        return Err(EmailError::Empty);
    }
    if email.chars().count() > MAX_LENGTH {
        return Err(EmailError::TooLong);
    }
    match email.rsplit_once('@') {
        Some((local, domain)) if is_local_part(local) && is_domain(domain) => Ok(email.to_owned()),
        _ => Err(EmailError::NotAnAddress),
    }
}

/// Words separated by single dots. A word consists of letters, digits and the symbols that RFC 5321 allows without
/// quotes.
fn is_local_part(local: &str) -> bool {
    let is_word = |word: &str| {
        !word.is_empty()
            && word.chars().all(|c| is_letter(c) || c.is_ascii_digit() || "!#$%&'*+-/=?^_`{|}~".contains(c))
    };
    local.len() <= MAX_LOCAL_PART_LENGTH && local.split('.').all(is_word)
}

/// Host name labels separated by single dots. A single label is allowed: it may be a server in the local network.
fn is_domain(domain: &str) -> bool {
    let is_label = |label: &str| {
        !label.is_empty()
            && label.len() <= MAX_DOMAIN_LABEL_LENGTH
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(|c| is_letter(c) || c.is_ascii_digit() || c == '-')
    };
    domain.split('.').all(is_label)
}

/// An ASCII letter, or any visible character outside ASCII.
fn is_letter(c: char) -> bool {
    if c.is_ascii() { c.is_ascii_alphabetic() } else { !crate::invisible::is_invisible(c) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accepts_common_addresses() {
        for email in [
            "owner@example.com",
            "First.Last+tag@sub.example.co.uk",
            "o'brien_1@example-host.com",
            "a@b",
            "root@intranet",
            "{odd}/!#$%&*=?^`|~@example.com",
            "1234567890@123.example",
            "josé@example.com",
            "用户@例子.广告",
            "user@xn--bcher-kva.example",
        ] {
            assert_eq!(parse_email(email).as_deref(), Ok(email));
        }
        let long = format!("{}@{}", "a".repeat(64), ["b".repeat(63), "c".repeat(63), "d".repeat(63)].join("."));
        assert_eq!(long.len(), 256);
        assert_eq!(parse_email(&long).as_deref(), Ok(long.as_str()));
    }

    #[test]
    fn removes_invisible_characters_around_the_address() {
        assert_eq!(parse_email(" \u{feff}owner@example.com\u{200b}\r\n").as_deref(), Ok("owner@example.com"));
    }

    #[test]
    fn rejects_other_texts_with_the_reason() {
        for typed in ["", "  ", "\u{200b}"] {
            assert_eq!(parse_email(typed), Err(EmailError::Empty), "{typed:?}");
        }
        for typed in [
            "owner",
            "@example.com",
            "owner@",
            "owner@@example.com",
            "owner@example.com@example.com",
            "own er@example.com",
            "owner@exam ple.com",
            "owner@example.com, admin@example.com",
            "Olivia <owner@example.com>",
            "owner@example..com",
            "owner@.example.com",
            "owner@example.com.",
            ".owner@example.com",
            "owner.@example.com",
            "ow..ner@example.com",
            "owner@-example.com",
            "owner@example-.com",
            "owner@exa_mple.com",
            "owner@example.com:25",
            "mailto:owner@example.com",
            "\"own er\"@example.com",
            "owner@[127.0.0.1]",
            "own\u{200b}er@example.com",
            "own\ner@example.com",
        ] {
            assert_eq!(parse_email(typed), Err(EmailError::NotAnAddress), "{typed:?}");
        }
        assert_eq!(parse_email(&format!("{}@example.com", "a".repeat(65))), Err(EmailError::NotAnAddress));
        assert_eq!(parse_email(&format!("a@{}.com", "b".repeat(64))), Err(EmailError::NotAnAddress));
        assert_eq!(parse_email(&format!("{}@b", "a".repeat(255))), Err(EmailError::TooLong));
    }
}
