//! The cached profile of an account.

use lapel_domain::Profile;
use rusqlite::{Connection, OptionalExtension, params};

use crate::edits::read_edits;
use crate::{AccountId, Edit, Store, StoreError};

/// A profile as last read from the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CachedProfile {
    /// The profile.
    pub profile: Profile,
    /// Its ETag, if the server sent one.
    pub etag: Option<String>,
    /// When it was read, in milliseconds since 1970 by this computer's clock.
    pub fetched_at: i64,
}

fn read_profile(connection: &Connection, account: AccountId) -> Result<Option<CachedProfile>, StoreError> {
    let sql = "SELECT document, etag, fetched_at FROM profile WHERE account = ?1";
    let row: Option<(String, Option<String>, i64)> = connection
        .prepare_cached(sql)?
        .query_row([account.0], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
        .optional()?;
    Ok(row.and_then(|(document, etag, fetched_at)| match serde_json::from_str(&document) {
        Ok(profile) => Some(CachedProfile { profile, etag, fetched_at }),
        Err(error) => {
            tracing::warn!(%error, "the cached profile cannot be read");
            None
        }
    }))
}

impl Store {
    /// The cached profile of an account. `None` also if a newer version stored it in an unreadable format.
    pub fn profile(&self, account: AccountId) -> Result<Option<CachedProfile>, StoreError> {
        read_profile(&self.connection(), account)
    }

    /// A consistent snapshot of the cached profile and the edits. When an edit arrives, its value moves into the
    /// profile; two separate reads could miss it in both.
    pub fn profile_and_edits(&self, account: AccountId) -> Result<(Option<CachedProfile>, Vec<Edit>), StoreError> {
        let connection = self.connection();
        Ok((read_profile(&connection, account)?, read_edits(&connection, account)?))
    }

    /// Replaces the cached profile.
    pub fn store_profile(&self, account: AccountId, cached: &CachedProfile) -> Result<(), StoreError> {
        write_profile(&self.connection(), account, cached)
    }
}

pub(crate) fn write_profile(
    connection: &Connection,
    account: AccountId,
    cached: &CachedProfile,
) -> Result<(), StoreError> {
    let document = serde_json::to_string(&cached.profile)?;
    let sql = "INSERT INTO profile (account, document, etag, fetched_at) VALUES (?1, ?2, ?3, ?4)
               ON CONFLICT (account) DO UPDATE SET document = ?2, etag = ?3, fetched_at = ?4";
    connection.prepare_cached(sql)?.execute(params![account.0, document, cached.etag, cached.fetched_at])?;
    Ok(())
}
