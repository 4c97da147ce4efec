//! Sign-in sessions: creating, checking, renewing and ending them.
//!
//! A session is one sign-in with one pair of tokens. Renewal replaces both tokens at once. The old ones are then
//! invalid; using them again does not end the session.

use std::time::Duration;

use rusqlite::{Connection, OptionalExtension};
use serde_json::{Value, json};

use crate::clock;
use crate::ids;
use crate::response::ApiError;

/// The lifetimes of new tokens.
#[derive(Clone, Copy)]
pub(crate) struct Lifetimes {
    pub(crate) access: Duration,
    pub(crate) refresh: Duration,
}

/// The user and session of a request.
#[derive(Clone, Debug)]
pub(crate) struct Caller {
    pub(crate) user: String,
    pub(crate) session: i64,
}

/// An access and a refresh token from the client.
pub(crate) struct TokenPair {
    pub(crate) access: String,
    pub(crate) refresh: String,
}

/// A new token, the hash to store, and its expiry.
struct NewToken {
    token: String,
    hash: [u8; 32],
    expires: i64,
}

impl NewToken {
    fn new(lifetime: Duration) -> Result<Self, ApiError> {
        let token = ids::token()?;
        let hash = ids::digest(token.as_bytes());
        Ok(Self { token, hash, expires: clock::now().saturating_add(clock::millis(lifetime)) })
    }

    fn document(&self) -> Value {
        json!({ "token": self.token, "expireAt": clock::rfc3339(self.expires) })
    }
}

/// Creates a session. Returns the JSON document with its tokens.
pub(crate) fn begin(db: &Connection, user: &str, lifetimes: Lifetimes) -> Result<Value, ApiError> {
    // Delete expired sessions here, because sign-in is rare.
    db.execute("DELETE FROM session WHERE refresh_expires <= ?1 AND access_expires <= ?1", [clock::now()])?;
    let (access, refresh) = (NewToken::new(lifetimes.access)?, NewToken::new(lifetimes.refresh)?);
    db.execute(
        "INSERT INTO session (user_id, access_hash, access_expires, refresh_hash, refresh_expires) VALUES (?1, ?2, ?3, ?4, ?5)",
        (user, access.hash, access.expires, refresh.hash, refresh.expires),
    )?;
    Ok(json!({ "accessToken": access.document(), "refreshToken": refresh.document() }))
}

/// The caller with this access token; `None` if the token is unknown or expired.
pub(crate) fn caller(db: &Connection, access: &str) -> Result<Option<Caller>, ApiError> {
    let found = db
        .prepare_cached("SELECT id, user_id FROM session WHERE access_hash = ?1 AND access_expires > ?2")?
        .query_row((ids::digest(access.as_bytes()), clock::now()), |row| {
            Ok(Caller { session: row.get(0)?, user: row.get(1)? })
        });
    Ok(found.optional()?)
}

/// Replaces the current token pair of a session. Returns the JSON document with the new tokens, or `None` if `last`
/// is not a current pair or its refresh token has expired (the access token may have expired). With
/// `keeps_refresh_token`, only the access token is replaced.
pub(crate) fn renew(
    db: &Connection,
    last: &TokenPair,
    lifetimes: Lifetimes,
    keeps_refresh_token: bool,
) -> Result<Option<Value>, ApiError> {
    let (access, refresh) = (NewToken::new(lifetimes.access)?, NewToken::new(lifetimes.refresh)?);
    let old_refresh_hash = ids::digest(last.refresh.as_bytes());
    let new_refresh_hash = if keeps_refresh_token { old_refresh_hash } else { refresh.hash };
    // One statement, so that only one of two concurrent renewals succeeds.
    let renewed = db.execute(
        "UPDATE session SET access_hash = ?1, access_expires = ?2, refresh_hash = ?3,
             refresh_expires = CASE WHEN refresh_hash = ?3 THEN refresh_expires ELSE ?4 END
         WHERE access_hash = ?5 AND refresh_hash = ?6 AND refresh_expires > ?7",
        (
            access.hash,
            access.expires,
            new_refresh_hash,
            refresh.expires,
            ids::digest(last.access.as_bytes()),
            old_refresh_hash,
            clock::now(),
        ),
    )?;
    let mut pair = json!({ "accessToken": access.document() });
    if !keeps_refresh_token {
        pair["refreshToken"] = refresh.document();
    }
    Ok((renewed > 0).then_some(pair))
}

/// Ends one session. Both tokens become invalid.
pub(crate) fn end(db: &Connection, session: i64) -> Result<(), ApiError> {
    db.execute("DELETE FROM session WHERE id = ?1", [session])?;
    Ok(())
}

/// Ends all other sessions of the caller's user.
pub(crate) fn end_others(db: &Connection, caller: &Caller) -> Result<(), ApiError> {
    db.execute("DELETE FROM session WHERE user_id = ?1 AND id <> ?2", (&caller.user, caller.session))?;
    Ok(())
}

/// Ends all sessions of a user.
pub(crate) fn end_all_of(db: &Connection, user: &str) -> Result<(), ApiError> {
    db.execute("DELETE FROM session WHERE user_id = ?1", [user])?;
    Ok(())
}

/// Ends all sessions of all users.
pub(crate) fn end_all(db: &Connection) -> Result<(), ApiError> {
    db.execute("DELETE FROM session", [])?;
    Ok(())
}

/// Expires all access tokens. Refresh tokens stay valid.
pub(crate) fn expire_access(db: &Connection) -> Result<(), ApiError> {
    db.execute("UPDATE session SET access_expires = 0", [])?;
    Ok(())
}
