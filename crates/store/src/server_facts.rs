//! Facts about servers that Lapel found out by trying. The caller defines what a fact means and how long it is valid.

use rusqlite::{Connection, OptionalExtension, params};

use crate::{Store, StoreError};

/// Name of the fact that a server empties the fields that a PUT omits. The store itself writes this fact, in the same
/// transaction as the emptied fields.
pub const PUT_REPLACES_ALL: &str = "emptiesLeftOut";

impl Store {
    /// The value of a fact, and when it was stored, in milliseconds since 1970.
    pub fn server_fact(&self, server: &str, fact: &str) -> Result<Option<(String, i64)>, StoreError> {
        let sql = "SELECT value, learnt_at FROM server_facts WHERE server = ?1 AND fact = ?2";
        let read = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?));
        Ok(self.connection().prepare_cached(sql)?.query_row([server, fact], read).optional()?)
    }

    /// Stores a fact about a server, replacing its previous value.
    pub fn learn(&self, server: &str, fact: &str, value: &str, now: i64) -> Result<(), StoreError> {
        write_fact(&self.connection(), server, fact, value, now)
    }

    /// Marks all facts about a server as outdated, so that the caller checks them again.
    pub fn expire_facts(&self, server: &str) -> Result<(), StoreError> {
        let sql = "UPDATE server_facts SET learnt_at = ?2 WHERE server = ?1";
        self.connection().prepare_cached(sql)?.execute(params![server, i64::MIN])?;
        Ok(())
    }
}

pub(crate) fn write_fact(
    connection: &Connection,
    server: &str,
    fact: &str,
    value: &str,
    now: i64,
) -> Result<(), StoreError> {
    let sql = "INSERT OR REPLACE INTO server_facts (server, fact, value, learnt_at) VALUES (?1, ?2, ?3, ?4)";
    connection.prepare_cached(sql)?.execute(params![server, fact, value, now])?;
    Ok(())
}
