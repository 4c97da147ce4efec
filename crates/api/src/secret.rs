//! Text that must not be seen: tokens and passwords. Where secrets are kept is not decided here.

use std::fmt;

use lapel_domain::TokenError;
use zeroize::Zeroize;

/// A token or a password. It never shows itself, is never serialized, and is wiped from memory when it is dropped.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Takes the text over.
    pub fn new(text: String) -> Self {
        Self(text)
    }

    /// The API token in what was pasted, without what stands around one.
    ///
    /// # Errors
    /// Where what is left cannot be a token.
    pub fn pasted_token(text: String) -> Result<Self, TokenError> {
        let pasted = Self(text);
        lapel_domain::parse_api_token(&pasted.0).map(|token| Self(token.to_owned()))
    }

    /// How many characters it has.
    pub fn characters(&self) -> usize {
        self.0.chars().count()
    }

    /// The text itself: for a request header or body, and for the keyring, nothing else.
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
    fn shows_nothing_of_itself() {
        let secret = Secret::new("hunter2".into());
        assert_eq!(
            format!("{secret} {secret:?} {:#?}", Some(&secret)),
            "[redacted] [redacted] Some(\n    [redacted],\n)"
        );
        assert_eq!(secret.expose(), "hunter2");
    }
}
