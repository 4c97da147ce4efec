//! The tokens of a session, how they are written for the keyring, and who keeps them. The keyring itself is not here.

use std::pin::Pin;

use serde::{Deserialize, Serialize};

use crate::Secret;

/// The tokens of a session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tokens {
    /// The access token, or an API token.
    pub access: Secret,
    /// When the access token ends by this computer's clock, in milliseconds since 1970; none where nobody knows.
    pub access_expires_at: Option<i64>,
    /// The refresh token; none for an API token, which is never renewed.
    pub refresh: Option<Secret>,
}

/// What was stored is of no use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StoredTokensError {
    /// It is not tokens.
    #[error("what was stored is not a session")]
    NotASession,
    /// A refresh token alone, as former versions kept it where the access token did not fit beside it. The server exchanges
    /// pairs only (contract: refresh), so this session cannot be renewed.
    #[error("what was stored is a refresh token without its access token")]
    RefreshTokenAlone,
}

/// The stored form: short keys, because a keyring holds little.
#[derive(Serialize, Deserialize)]
struct Stored<S> {
    #[serde(rename = "a", default = "none", skip_serializing_if = "Option::is_none")]
    access: Option<S>,
    #[serde(rename = "e", default, skip_serializing_if = "Option::is_none")]
    access_expires_at: Option<i64>,
    #[serde(rename = "r", default = "none", skip_serializing_if = "Option::is_none")]
    refresh: Option<S>,
}

fn none<S>() -> Option<S> {
    None
}

impl Tokens {
    /// The API token that a person made in the service's own pages.
    pub fn api_token(token: Secret) -> Self {
        Self { access: token, access_expires_at: None, refresh: None }
    }

    /// The tokens as one text for the keyring.
    pub fn to_stored(&self) -> Secret {
        write(&Stored {
            access: Some(self.access.expose()),
            access_expires_at: self.access_expires_at,
            refresh: self.refresh.as_ref().map(Secret::expose),
        })
    }

    /// Reads what [`Self::to_stored`] wrote.
    ///
    /// # Errors
    /// Where the text is anything else, or a refresh token alone.
    pub fn from_stored(stored: &Secret) -> Result<Self, StoredTokensError> {
        let read: Stored<String> = serde_json::from_str(stored.expose()).map_err(|_| StoredTokensError::NotASession)?;
        let refresh = read.refresh.filter(|refresh| !refresh.is_empty()).map(Secret::new);
        match read.access.filter(|access| !access.is_empty()) {
            Some(access) => {
                Ok(Self { access: Secret::new(access), access_expires_at: read.access_expires_at, refresh })
            }
            None if refresh.is_some() => Err(StoredTokensError::RefreshTokenAlone),
            None => Err(StoredTokensError::NotASession),
        }
    }
}

/// Written into one piece of memory, so that no half of it stays behind unwiped.
fn write(stored: &Stored<&str>) -> Secret {
    let room = stored.access.map_or(0, str::len) + stored.refresh.map_or(0, str::len);
    let mut json = Vec::with_capacity(room * 2 + 128);
    // Writing text and a number into memory has no way to fail; an empty text would be refused when read.
    if serde_json::to_writer(&mut json, stored).is_err() {
        json.clear();
    }
    Secret::new(String::from_utf8(json).unwrap_or_default())
}

/// Why tokens could not be kept.
#[derive(Debug, thiserror::Error)]
#[error("the tokens could not be kept")]
pub struct TokenSaveError(#[source] pub Box<dyn std::error::Error + Send + Sync>);

/// The future of [`TokenStore::keep`].
pub type SavingTokens<'a> = Pin<Box<dyn Future<Output = Result<(), TokenSaveError>> + Send + 'a>>;

/// The future of [`TokenStore::kept`].
pub type LoadingTokens<'a> = Pin<Box<dyn Future<Output = Option<Tokens>> + Send + 'a>>;

/// Whoever keeps tokens beyond the life of the process.
pub trait TokenStore: Send + Sync {
    /// Called with renewed tokens before their first use: the ones before are worth nothing any more. Where it fails the
    /// session goes on with the tokens in memory.
    fn save<'a>(&'a self, tokens: &'a Tokens) -> SavingTokens<'a>;

    /// The tokens that are kept now; none where there are none, or they cannot be read. Called where the server has refused
    /// to renew: another process may have renewed meanwhile, and kept other ones.
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
    fn come_back_as_they_were_stored() {
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
    fn what_former_versions_kept_of_long_ones_is_told_from_other_texts() {
        for text in [r#"{"r":"refresh"}"#, r#"{"a":"","r":"refresh"}"#] {
            let read = Tokens::from_stored(&Secret::new(text.into()));
            assert_eq!(read, Err(StoredTokensError::RefreshTokenAlone), "{text}");
        }
    }

    #[test]
    fn anything_else_is_no_session() {
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
