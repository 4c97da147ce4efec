//! The links in mails: how often they are sent, and that each is good once. The mail itself is not known here.

use std::time::Duration;

use rusqlite::{Connection, OptionalExtension};

use crate::answer::Refusal;
use crate::{clock, ids};

/// How long a link is good.
const LIFETIME: Duration = Duration::from_secs(60 * 60);

/// What a link is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Setting a new password.
    Password,
    /// Showing that the address is one's own.
    Verification,
}

impl Kind {
    fn word(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::Verification => "verification",
        }
    }

    /// Where links of this kind lead.
    pub(crate) fn path(self) -> &'static str {
        match self {
            Self::Password => "/change-password",
            Self::Verification => "/verify",
        }
    }
}

/// Notes that mail of this kind was asked for, and refuses that within the interval after the last time. Where there is
/// somebody to send it to, the token for the link; the one of the mail before is no longer good then.
pub(crate) fn ask(
    db: &Connection,
    kind: Kind,
    email: &str,
    user: Option<&str>,
    interval: Duration,
) -> Result<Option<String>, Refusal> {
    let (now, key) = (clock::now(), email.to_lowercase());
    // A clock that was set back must not keep anyone waiting: what was sent in the future does not count.
    let soon: bool = db.query_row(
        "SELECT EXISTS (SELECT 1 FROM mail WHERE email_key = ?1 AND kind = ?2 AND sent_at > ?3 AND sent_at <= ?4)",
        (&key, kind.word(), now.saturating_sub(clock::millis(interval)), now),
        |row| row.get(0),
    )?;
    if soon {
        return Err(Refusal::too_soon());
    }
    db.execute("DELETE FROM mail WHERE sent_at <= ?1", [now.saturating_sub(clock::millis(interval.max(LIFETIME)))])?;
    let token = user.map(|_| ids::token()).transpose()?;
    let hash = token.as_deref().map(|token| ids::digest(token.as_bytes()));
    db.execute(
        "INSERT INTO mail (email_key, kind, sent_at, user_id, token_hash) VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT (email_key, kind) DO UPDATE
         SET sent_at = excluded.sent_at, user_id = excluded.user_id, token_hash = excluded.token_hash",
        (key, kind.word(), now, user, hash),
    )?;
    Ok(token)
}

/// Whether a token is still good.
pub(crate) fn holds(db: &Connection, kind: Kind, token: &str) -> Result<bool, Refusal> {
    let sql = "SELECT EXISTS (SELECT 1 FROM mail WHERE token_hash = ?1 AND kind = ?2 AND sent_at > ?3)";
    Ok(db.query_row(sql, (ids::digest(token.as_bytes()), kind.word(), oldest()), |row| row.get(0))?)
}

/// Uses a token up: whose it was; none where it is not good.
pub(crate) fn redeem(db: &Connection, kind: Kind, token: &str) -> Result<Option<String>, Refusal> {
    let sql =
        "UPDATE mail SET token_hash = NULL WHERE token_hash = ?1 AND kind = ?2 AND sent_at > ?3 RETURNING user_id";
    let user = db.query_row(sql, (ids::digest(token.as_bytes()), kind.word(), oldest()), |row| row.get(0));
    Ok(user.optional()?)
}

/// When the oldest link that is still good was sent.
fn oldest() -> i64 {
    clock::now().saturating_sub(clock::millis(LIFETIME))
}
