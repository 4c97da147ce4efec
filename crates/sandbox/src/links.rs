//! The links in mails. A link is valid once and for a limited time. An address gets at most one mail of each kind per
//! interval.

use std::time::Duration;

use rusqlite::{Connection, OptionalExtension};

use crate::response::ApiError;
use crate::{clock, ids};

/// How long a link is valid.
const LIFETIME: Duration = Duration::from_secs(60 * 60);

/// The purpose of a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Sets a new password.
    Password,
    /// Verifies the email address.
    Verification,
}

impl Kind {
    fn as_str(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::Verification => "verification",
        }
    }

    /// The path of the link.
    pub(crate) fn path(self) -> &'static str {
        match self {
            Self::Password => "/change-password",
            Self::Verification => "/verify",
        }
    }
}

/// Records a request for a mail and returns the token for its link, or `None` if there is no `user` to send it to.
/// The token replaces the previous one. Returns an error (4007) within `interval` after the previous request.
pub(crate) fn issue(
    db: &Connection,
    kind: Kind,
    email: &str,
    user: Option<&str>,
    interval: Duration,
) -> Result<Option<String>, ApiError> {
    let (now, key) = (clock::now(), email.to_lowercase());
    // Ignore mails from the future, so that a clock that was set back does not block new mails.
    let soon: bool = db.query_row(
        "SELECT EXISTS (SELECT 1 FROM mail WHERE email_key = ?1 AND kind = ?2 AND sent_at > ?3 AND sent_at <= ?4)",
        (&key, kind.as_str(), now.saturating_sub(clock::millis(interval)), now),
        |row| row.get(0),
    )?;
    if soon {
        return Err(ApiError::too_soon());
    }
    db.execute("DELETE FROM mail WHERE sent_at <= ?1", [now.saturating_sub(clock::millis(interval.max(LIFETIME)))])?;
    let token = user.map(|_| ids::token()).transpose()?;
    let hash = token.as_deref().map(|token| ids::digest(token.as_bytes()));
    db.execute(
        "INSERT INTO mail (email_key, kind, sent_at, user_id, token_hash) VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT (email_key, kind) DO UPDATE
         SET sent_at = excluded.sent_at, user_id = excluded.user_id, token_hash = excluded.token_hash",
        (key, kind.as_str(), now, user, hash),
    )?;
    Ok(token)
}

/// Whether a token is valid.
pub(crate) fn is_valid(db: &Connection, kind: Kind, token: &str) -> Result<bool, ApiError> {
    let sql = "SELECT EXISTS (SELECT 1 FROM mail WHERE token_hash = ?1 AND kind = ?2 AND sent_at > ?3)";
    Ok(db.query_row(sql, (ids::digest(token.as_bytes()), kind.as_str(), expiry_cutoff()), |row| row.get(0))?)
}

/// Uses a token. Returns the id of its user, or `None` if the token is not valid.
pub(crate) fn redeem(db: &Connection, kind: Kind, token: &str) -> Result<Option<String>, ApiError> {
    let sql =
        "UPDATE mail SET token_hash = NULL WHERE token_hash = ?1 AND kind = ?2 AND sent_at > ?3 RETURNING user_id";
    let user = db.query_row(sql, (ids::digest(token.as_bytes()), kind.as_str(), expiry_cutoff()), |row| row.get(0));
    Ok(user.optional()?)
}

/// Links that were sent at this time or earlier have expired.
fn expiry_cutoff() -> i64 {
    clock::now().saturating_sub(clock::millis(LIFETIME))
}
