//! Sign-in sessions: issuing, using, renewing and ending them.
//!
//! A family begins at sign-in; every renewal adds a session (an access and a refresh token) to it. A refresh token is good
//! until a later session of its family is first used, so that a client whose answer got lost may ask again. After that it
//! was copied or replayed, and the family ends.

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
    pub(crate) family: i64,
}

/// A fresh pair of tokens, as it goes to the client.
pub(crate) struct Issued {
    pub(crate) access: Value,
    pub(crate) refresh: Value,
}

/// Begins a family.
pub(crate) fn begin(db: &Connection, user: &str, lifetimes: Lifetimes) -> Result<Issued, Refusal> {
    // What can no longer be renewed is of no use, and sign-in is seldom enough to clear it.
    db.execute("DELETE FROM session WHERE refresh_expires <= ?1 AND access_expires <= ?1", [clock::now()])?;
    db.execute("DELETE FROM family WHERE id NOT IN (SELECT family_id FROM session)", [])?;
    db.execute("INSERT INTO family (user_id) VALUES (?1)", [user])?;
    issue(db, db.last_insert_rowid(), lifetimes)
}

fn issue(db: &Connection, family: i64, lifetimes: Lifetimes) -> Result<Issued, Refusal> {
    let (access, refresh) = (ids::token()?, ids::token()?);
    let now = clock::now();
    let access_expires = now.saturating_add(clock::millis(lifetimes.access));
    let refresh_expires = now.saturating_add(clock::millis(lifetimes.refresh));
    db.execute(
        "INSERT INTO session (family_id, access_hash, access_expires, refresh_hash, refresh_expires) VALUES (?1, ?2, ?3, ?4, ?5)",
        (family, ids::digest(access.as_bytes()), access_expires, ids::digest(refresh.as_bytes()), refresh_expires),
    )?;
    Ok(Issued {
        access: json!({ "token": access, "expireAt": clock::spell(access_expires) }),
        refresh: json!({ "token": refresh, "expireAt": clock::spell(refresh_expires) }),
    })
}

/// The caller behind an access token; none where it is unknown or expired. Using it settles the renewal it came from.
pub(crate) fn caller(db: &Connection, access: &str) -> Result<Option<Caller>, Refusal> {
    let found = db
        .prepare_cached(
            "SELECT s.id, s.used, f.id, f.user_id FROM session s JOIN family f ON f.id = s.family_id
             WHERE s.access_hash = ?1 AND s.access_expires > ?2",
        )?
        .query_row((ids::digest(access.as_bytes()), clock::now()), |row| {
            let caller = Caller { family: row.get(2)?, user: row.get(3)? };
            Ok((row.get::<_, i64>(0)?, row.get::<_, bool>(1)?, caller))
        })
        .optional()?;
    let Some((session, used, caller)) = found else { return Ok(None) };
    if !used {
        mark_used(db, session)?;
    }
    Ok(Some(caller))
}

fn mark_used(db: &Connection, session: i64) -> Result<(), Refusal> {
    db.execute("UPDATE session SET used = 1 WHERE id = ?1", [session])?;
    Ok(())
}

/// Exchanges a refresh token: the person and the new pair, or none where the token is not good. A reused one has then
/// ended its family, so this must be committed either way.
pub(crate) fn renew(db: &Connection, refresh: &str, lifetimes: Lifetimes) -> Result<Option<(String, Issued)>, Refusal> {
    let found: Option<(i64, i64, String)> = db
        .query_row(
            "SELECT s.id, f.id, f.user_id FROM session s JOIN family f ON f.id = s.family_id
             WHERE s.refresh_hash = ?1 AND s.refresh_expires > ?2",
            (ids::digest(refresh.as_bytes()), clock::now()),
            |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
        )
        .optional()?;
    let Some((session, family, user)) = found else { return Ok(None) };
    let superseded: bool = db.query_row(
        "SELECT EXISTS (SELECT 1 FROM session WHERE family_id = ?1 AND used = 1 AND id > ?2)",
        (family, session),
        |row| row.get(0),
    )?;
    if superseded {
        end(db, family)?;
        return Ok(None);
    }
    mark_used(db, session)?;
    Ok(Some((user, issue(db, family, lifetimes)?)))
}

/// Ends one family: none of its tokens is good any more.
pub(crate) fn end(db: &Connection, family: i64) -> Result<(), Refusal> {
    db.execute("DELETE FROM family WHERE id = ?1", [family])?;
    Ok(())
}

/// Ends every other family of a person.
pub(crate) fn end_others(db: &Connection, caller: &Caller) -> Result<(), Refusal> {
    db.execute("DELETE FROM family WHERE user_id = ?1 AND id <> ?2", (&caller.user, caller.family))?;
    Ok(())
}

/// Ends every family of everyone.
pub(crate) fn end_all(db: &Connection) -> Result<(), Refusal> {
    db.execute("DELETE FROM family", [])?;
    Ok(())
}

/// Lets every access token expire; refresh tokens live on.
pub(crate) fn expire_access(db: &Connection) -> Result<(), Refusal> {
    db.execute("UPDATE session SET access_expires = 0", [])?;
    Ok(())
}
