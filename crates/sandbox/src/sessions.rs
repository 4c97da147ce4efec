//! Sign-in sessions: issuing, using, renewing and ending them.
//!
//! A session is one sign-in and holds one pair of tokens. Renewing exchanges both of them at once; the former ones are good
//! for nothing from then on, and sending them again ends nothing either.

use std::time::Duration;

use rusqlite::{Connection, OptionalExtension};
use serde_json::{Value, json};

use crate::answer::Refusal;
use crate::clock;
use crate::ids;

/// How long new tokens live.
#[derive(Clone, Copy)]
pub(crate) struct Lifetimes {
    pub(crate) access: Duration,
    pub(crate) refresh: Duration,
}

/// Who sent a request.
#[derive(Clone, Debug)]
pub(crate) struct Caller {
    pub(crate) user: String,
    pub(crate) session: i64,
}

/// A pair of tokens, as the client holds it.
pub(crate) struct Pair {
    pub(crate) access: String,
    pub(crate) refresh: String,
}

/// A fresh token: what is kept of it, and when it ends.
struct Fresh {
    token: String,
    hash: [u8; 32],
    expires: i64,
}

impl Fresh {
    fn new(lifetime: Duration) -> Result<Self, Refusal> {
        let token = ids::token()?;
        let hash = ids::digest(token.as_bytes());
        Ok(Self { token, hash, expires: clock::now().saturating_add(clock::millis(lifetime)) })
    }

    fn document(&self) -> Value {
        json!({ "token": self.token, "expireAt": clock::spell(self.expires) })
    }
}

/// Begins a session: the document with its pair.
pub(crate) fn begin(db: &Connection, user: &str, lifetimes: Lifetimes) -> Result<Value, Refusal> {
    // What can no longer be renewed is of no use, and sign-in is seldom enough to clear it.
    db.execute("DELETE FROM session WHERE refresh_expires <= ?1 AND access_expires <= ?1", [clock::now()])?;
    let (access, refresh) = (Fresh::new(lifetimes.access)?, Fresh::new(lifetimes.refresh)?);
    db.execute(
        "INSERT INTO session (user_id, access_hash, access_expires, refresh_hash, refresh_expires) VALUES (?1, ?2, ?3, ?4, ?5)",
        (user, access.hash, access.expires, refresh.hash, refresh.expires),
    )?;
    Ok(json!({ "accessToken": access.document(), "refreshToken": refresh.document() }))
}

/// The caller behind an access token; none where it is unknown or expired.
pub(crate) fn caller(db: &Connection, access: &str) -> Result<Option<Caller>, Refusal> {
    let found = db
        .prepare_cached("SELECT id, user_id FROM session WHERE access_hash = ?1 AND access_expires > ?2")?
        .query_row((ids::digest(access.as_bytes()), clock::now()), |row| {
            Ok(Caller { session: row.get(0)?, user: row.get(1)? })
        });
    Ok(found.optional()?)
}

/// Exchanges the last pair of a session: the document with the new one; none where this is no session's last pair, or its
/// refresh token has expired. The access token may have. Where the refresh token is kept, with its end, only the access token
/// is new.
pub(crate) fn renew(
    db: &Connection,
    last: &Pair,
    lifetimes: Lifetimes,
    keeps_refresh_token: bool,
) -> Result<Option<Value>, Refusal> {
    let (access, refresh) = (Fresh::new(lifetimes.access)?, Fresh::new(lifetimes.refresh)?);
    let former = ids::digest(last.refresh.as_bytes());
    let kept = if keeps_refresh_token { former } else { refresh.hash };
    // In one statement, so that of two renewals at once only one gets a new pair.
    let renewed = db.execute(
        "UPDATE session SET access_hash = ?1, access_expires = ?2, refresh_hash = ?3,
             refresh_expires = CASE WHEN refresh_hash = ?3 THEN refresh_expires ELSE ?4 END
         WHERE access_hash = ?5 AND refresh_hash = ?6 AND refresh_expires > ?7",
        (access.hash, access.expires, kept, refresh.expires, ids::digest(last.access.as_bytes()), former, clock::now()),
    )?;
    let mut pair = json!({ "accessToken": access.document() });
    if !keeps_refresh_token {
        pair["refreshToken"] = refresh.document();
    }
    Ok((renewed > 0).then_some(pair))
}

/// Ends one session: neither of its tokens is good any more.
pub(crate) fn end(db: &Connection, session: i64) -> Result<(), Refusal> {
    db.execute("DELETE FROM session WHERE id = ?1", [session])?;
    Ok(())
}

/// Ends every other session of a person.
pub(crate) fn end_others(db: &Connection, caller: &Caller) -> Result<(), Refusal> {
    db.execute("DELETE FROM session WHERE user_id = ?1 AND id <> ?2", (&caller.user, caller.session))?;
    Ok(())
}

/// Ends every session of a person.
pub(crate) fn end_all_of(db: &Connection, user: &str) -> Result<(), Refusal> {
    db.execute("DELETE FROM session WHERE user_id = ?1", [user])?;
    Ok(())
}

/// Ends every session of everyone.
pub(crate) fn end_all(db: &Connection) -> Result<(), Refusal> {
    db.execute("DELETE FROM session", [])?;
    Ok(())
}

/// Lets every access token expire; refresh tokens live on.
pub(crate) fn expire_access(db: &Connection) -> Result<(), Refusal> {
    db.execute("UPDATE session SET access_expires = 0", [])?;
    Ok(())
}
