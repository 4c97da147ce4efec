//! The tokens of a session, how they are written for the keyring, and who keeps them. The keyring itself is not here.

use std::pin::Pin;

use serde::{Deserialize, Serialize};

use crate::Secret;

/// What the smallest of the systems' keyrings holds, in bytes (Windows, a credential blob).
const STORED_LIMIT: usize = 2560;

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

/// What was stored is not tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("what was stored is not a session")]
pub struct StoredTokensError;

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

    /// The tokens as one text for the keyring. Where both tokens together do not fit into 2560 bytes, the refresh token
    /// alone is written, and the next start begins with a renewal.
    pub fn to_stored(&self) -> Secret {
        let refresh = self.refresh.as_ref().map(Secret::expose);
        let access_expires_at = self.access_expires_at;
        let whole = write(&Stored { access: Some(self.access.expose()), access_expires_at, refresh });
        if whole.expose().len() <= STORED_LIMIT || refresh.is_none() {
            return whole;
        }
        write(&Stored { access: None, access_expires_at: None, refresh })
    }

    /// Reads what [`Self::to_stored`] wrote.
    ///
    /// # Errors
    /// Where the text is anything else.
    pub fn from_stored(stored: &Secret) -> Result<Self, StoredTokensError> {
        let read: Stored<String> = serde_json::from_str(stored.expose()).map_err(|_| StoredTokensError)?;
        match (read.access, read.refresh) {
            (Some(access), refresh) if !access.is_empty() => Ok(Self {
                access: Secret::new(access),
                access_expires_at: read.access_expires_at,
                refresh: refresh.map(Secret::new),
            }),
            // Ended in 1970: renewed before its first use.
            (_, Some(refresh)) => Ok(Self {
                access: Secret::new(String::new()),
                access_expires_at: Some(0),
                refresh: Some(Secret::new(refresh)),
            }),
            _ => Err(StoredTokensError),
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
pub struct KeepError(#[source] pub Box<dyn std::error::Error + Send + Sync>);

/// The end of keeping tokens.
pub type Keeping<'a> = Pin<Box<dyn Future<Output = Result<(), KeepError>> + Send + 'a>>;

/// Whoever keeps tokens beyond the life of the process.
pub trait TokenKeeper: Send + Sync {
    /// Called with renewed tokens before their first use: from then on the ones before are worth nothing. Where it
    /// fails the session goes on with the tokens in memory.
    fn keep<'a>(&'a self, tokens: &'a Tokens) -> Keeping<'a>;
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
            tokens(&"a".repeat(1200), Some(&"r".repeat(1200))),
        ] {
            let stored = tokens.to_stored();
            assert!(stored.expose().len() <= 2560);
            assert_eq!(Tokens::from_stored(&stored).unwrap(), tokens);
        }
    }

    #[test]
    fn too_long_ones_keep_the_refresh_token() {
        let stored = tokens(&"a".repeat(2000), Some(&"r".repeat(1000))).to_stored();
        assert!(stored.expose().len() <= 2560);
        let read = Tokens::from_stored(&stored).unwrap();
        assert_eq!(read.refresh.unwrap().expose(), "r".repeat(1000));
        assert_eq!(read.access_expires_at, Some(0));
    }

    #[test]
    fn anything_else_is_no_session() {
        for text in ["", "token", "{}", "[]", r#"{"a":""}"#, r#"{"a":1}"#] {
            assert_eq!(Tokens::from_stored(&Secret::new(text.into())), Err(StoredTokensError), "{text}");
        }
    }

    #[test]
    fn debug_shows_no_token() {
        let shown = format!("{:?}", tokens("abcdef", Some("ghijkl")));
        assert!(!shown.contains("abcdef") && !shown.contains("ghijkl"), "{shown}");
    }
}
