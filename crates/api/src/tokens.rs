//! The tokens of a session, their text form for the keyring, and the trait for storing them. Access to the keyring is
//! not part of this crate.

use std::pin::Pin;

use serde::{Deserialize, Serialize};

use crate::Secret;

/// The tokens of a session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tokens {
    /// The access token, or an API token.
    pub access: Secret,
    /// When the access token expires by this computer's clock, in milliseconds since 1970; `None` if unknown.
    pub access_expires_at: Option<i64>,
    /// The refresh token; `None` for an API token, which is never renewed.
    pub refresh: Option<Secret>,
}

/// Why a stored text cannot be used as a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StoredTokensError {
    /// The text does not contain tokens.
    #[error("the stored text is not a session")]
    NotASession,
    /// A refresh token without an access token. Former versions stored this if both were too long for the keyring. The
    /// server exchanges only pairs (`refresh` in tests/contract/openapi.yaml), so this session cannot be renewed.
    #[error("the stored text is a refresh token without its access token")]
    RefreshTokenAlone,
}

/// The stored form. The keys are short because keyrings limit the size of an entry.
#[derive(Serialize, Deserialize)]
struct Stored<S> {
    #[serde(rename = "a", default = "none", skip_serializing_if = "Option::is_none")]
    access: Option<S>,
    #[serde(rename = "e", default, skip_serializing_if = "Option::is_none")]
    access_expires_at: Option<i64>,
    #[serde(rename = "r", default = "none", skip_serializing_if = "Option::is_none")]
    refresh: Option<S>,
}

// Used instead of plain `default`, which would require `S: Default`.
fn none<S>() -> Option<S> {
    None
}

impl Tokens {
    /// An API token that the user created on the service's website.
    pub fn api_token(token: Secret) -> Self {
        Self { access: token, access_expires_at: None, refresh: None }
    }

    /// The tokens as one text for the keyring.
    pub fn to_stored(&self) -> Secret {
        to_json(&Stored {
            access: Some(self.access.expose()),
            access_expires_at: self.access_expires_at,
            refresh: self.refresh.as_ref().map(Secret::expose),
        })
    }

    /// Reads a text written by [`Self::to_stored`].
    pub fn from_stored(stored: &Secret) -> Result<Self, StoredTokensError> {
        let parsed: Stored<String> =
            serde_json::from_str(stored.expose()).map_err(|_| StoredTokensError::NotASession)?;
        let refresh = parsed.refresh.filter(|refresh| !refresh.is_empty()).map(Secret::new);
        match parsed.access.filter(|access| !access.is_empty()) {
            Some(access) => {
                Ok(Self { access: Secret::new(access), access_expires_at: parsed.access_expires_at, refresh })
            }
            None if refresh.is_some() => Err(StoredTokensError::RefreshTokenAlone),
            None => Err(StoredTokensError::NotASession),
        }
    }
}

/// Writes into a single allocation: a reallocation would leave an unwiped copy of the tokens in memory.
fn to_json(stored: &Stored<&str>) -> Secret {
    let tokens_length = stored.access.map_or(0, str::len) + stored.refresh.map_or(0, str::len);
    let mut json = Vec::with_capacity(tokens_length * 2 + 128);
    // Writing to memory cannot fail. If it did, the text would be empty and `from_stored` would reject it.
    if serde_json::to_writer(&mut json, stored).is_err() {
        json.clear();
    }
    Secret::new(String::from_utf8(json).unwrap_or_default())
}

/// Why tokens could not be saved.
#[derive(Debug, thiserror::Error)]
#[error("the tokens could not be saved")]
pub struct TokenSaveError(#[source] pub Box<dyn std::error::Error + Send + Sync>);

/// The future of [`TokenStore::save`].
pub type SavingTokens<'a> = Pin<Box<dyn Future<Output = Result<(), TokenSaveError>> + Send + 'a>>;

/// The future of [`TokenStore::load`].
pub type LoadingTokens<'a> = Pin<Box<dyn Future<Output = Option<Tokens>> + Send + 'a>>;

/// Persistent storage for the tokens of a session.
pub trait TokenStore: Send + Sync {
    /// Saves renewed tokens. Called before their first use, because the previous tokens are already invalid. If
    /// saving fails, the session continues with the tokens in memory.
    fn save<'a>(&'a self, tokens: &'a Tokens) -> SavingTokens<'a>;

    /// Loads the stored tokens; `None` if there are none or they cannot be read. Called when the server has refused a
    /// renewal: another process may have renewed the session in the meantime and saved newer tokens.
    fn load(&self) -> LoadingTokens<'_>;
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may panic")]
    use super::*;

    fn tokens(access: &str, refresh: Option<&str>) -> Tokens {
        Tokens {
            access: Secret::new(access.into()),
            access_expires_at: Some(1_704_067_200_000),
            refresh: refresh.map(|text| Secret::new(text.into())),
        }
    }

    #[test]
    fn stored_tokens_are_read_back_unchanged() {
        for tokens in [
            tokens("access", Some("refresh")),
            tokens("quote\" and \\ backslash", Some("é")),
            tokens("access", None),
            Tokens::api_token(Secret::new("key".into())),
            tokens(&"a".repeat(16 * 1024), Some(&"r".repeat(16 * 1024))),
        ] {
            assert_eq!(Tokens::from_stored(&tokens.to_stored()).unwrap(), tokens);
        }
    }

    #[test]
    fn a_refresh_token_without_an_access_token_has_its_own_error() {
        for text in [r#"{"r":"refresh"}"#, r#"{"a":"","r":"refresh"}"#] {
            let read = Tokens::from_stored(&Secret::new(text.into()));
            assert_eq!(read, Err(StoredTokensError::RefreshTokenAlone), "{text}");
        }
    }

    #[test]
    fn any_other_text_is_not_a_session() {
        for text in ["", "token", "{}", "[]", r#"{"a":""}"#, r#"{"a":1}"#, r#"{"r":""}"#] {
            let read = Tokens::from_stored(&Secret::new(text.into()));
            assert_eq!(read, Err(StoredTokensError::NotASession), "{text}");
        }
    }

    #[test]
    fn debug_shows_no_token() {
        let shown = format!("{:?}", tokens("abcdef", Some("ghijkl")));
        assert!(!shown.contains("abcdef") && !shown.contains("ghijkl"), "{shown}");
    }
}
