//! A type for tokens and passwords.

use std::fmt;

use lapel_domain::{LinkError, TokenError};
use zeroize::Zeroize;

/// A token or a password. `Debug` and `Display` do not show it, it cannot be serialized, and it is wiped from memory
/// when dropped.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Wraps a text. The caller must not keep copies of it.
    pub fn new(text: String) -> Self {
        Self(text)
    }

    /// Extracts an API token from pasted text (see [`lapel_domain::parse_api_token`]).
    pub fn pasted_token(text: String) -> Result<Self, TokenError> {
        let pasted = Self(text);
        lapel_domain::parse_api_token(&pasted.0).map(|token| Self(token.to_owned()))
    }

    /// Extracts the token from a pasted link of a mail (see [`lapel_domain::parse_link_token`]).
    pub fn pasted_link(text: String) -> Result<Self, LinkError> {
        let pasted = Self(text);
        lapel_domain::parse_link_token(&pasted.0).map(|token| Self(token.into_owned()))
    }

    /// The number of characters.
    pub fn characters(&self) -> usize {
        self.0.chars().count()
    }

    /// The text. Only for request headers, request bodies and the keyring.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl Drop for Secret {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_and_display_are_redacted() {
        let secret = Secret::new("hunter2".into());
        assert_eq!(
            format!("{secret} {secret:?} {:#?}", Some(&secret)),
            "[redacted] [redacted] Some(\n    [redacted],\n)"
        );
        assert_eq!(secret.expose(), "hunter2");
    }
}
