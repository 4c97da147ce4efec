//! Which text can be an email address: RFC 5321's form `local@domain`, at most 256 characters as the contract wants it, and
//! letters of every script, which RFC 6531 allows. Whether anybody reads mail there is the server's to know.

use crate::invisible::trim_invisible;

/// Longest address, in characters.
const LONGEST: usize = 256;
/// Longest part before the `@`, and longest part between two dots of the domain, in bytes (RFC 5321, RFC 1035).
const LONGEST_LOCAL: usize = 64;
const LONGEST_LABEL: usize = 63;

/// Why a text is no email address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EmailError {
    /// Nothing was typed.
    #[error("the email address is empty")]
    Empty,
    /// At most 256 characters.
    #[error("the email address is longer than {LONGEST} characters")]
    TooLong,
    /// Not of the form `name@example.com`.
    #[error("not an email address")]
    NotAnAddress,
}

/// The address without what was pasted along with it.
///
/// # Errors
/// Why it cannot be one.
pub fn parse_email(typed: &str) -> Result<String, EmailError> {
    let email = trim_invisible(typed);
    if email.is_empty() {
        return Err(EmailError::Empty);
    }
    if email.chars().count() > LONGEST {
        return Err(EmailError::TooLong);
    }
    match email.rsplit_once('@') {
        Some((local, domain)) if is_local(local) && is_domain(domain) => Ok(email.to_owned()),
        _ => Err(EmailError::NotAnAddress),
    }
}

/// Words of letters, digits and the signs that RFC 5321 allows without quotes, with single dots between.
fn is_local(local: &str) -> bool {
    let is_word = |word: &str| {
        !word.is_empty()
            && word.chars().all(|c| is_letter(c) || c.is_ascii_digit() || "!#$%&'*+-/=?^_`{|}~".contains(c))
    };
    local.len() <= LONGEST_LOCAL && local.split('.').all(is_word)
}

/// Names of hosts with single dots between. One without any dot may be a server of the house.
fn is_domain(domain: &str) -> bool {
    let is_label = |label: &str| {
        !label.is_empty()
            && label.len() <= LONGEST_LABEL
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(|c| is_letter(c) || c.is_ascii_digit() || c == '-')
    };
    domain.split('.').all(is_label)
}

/// A letter of any script with its marks; beyond ASCII, whatever can be seen and is no sign of this syntax.
fn is_letter(c: char) -> bool {
    if c.is_ascii() { c.is_ascii_alphabetic() } else { !crate::invisible::is_invisible(c) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_the_addresses_that_people_have() {
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
    fn takes_off_what_was_pasted_along() {
        assert_eq!(parse_email(" \u{feff}owner@example.com\u{200b}\r\n").as_deref(), Ok("owner@example.com"));
    }

    #[test]
    fn refuses_what_cannot_be_one_with_its_reason() {
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
