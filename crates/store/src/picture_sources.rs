//! From which file a finished picture was cut, and how. The files themselves are in the picture cache.

use rusqlite::{OptionalExtension, params};

use crate::{AccountId, Store, StoreError};

/// Where a finished picture comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PictureSource {
    /// Id of the file in the picture cache.
    pub source: String,
    /// How it was cut, as the caller spells it.
    pub crop: String,
}

impl Store {
    /// Notes from what a picture was cut.
    ///
    /// # Errors
    /// Where the database cannot be written.
    pub fn note_picture_source(
        &self,
        account: AccountId,
        picture: &str,
        from: &PictureSource,
    ) -> Result<(), StoreError> {
        let sql = "INSERT OR REPLACE INTO picture_source (account, picture, source, crop) VALUES (?1, ?2, ?3, ?4)";
        self.connection().execute(sql, params![account.0, picture, from.source, from.crop])?;
        Ok(())
    }

    /// From what a picture was cut, where that is known.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub fn picture_source(&self, account: AccountId, picture: &str) -> Result<Option<PictureSource>, StoreError> {
        let sql = "SELECT source, crop FROM picture_source WHERE account = ?1 AND picture = ?2";
        let read = |row: &rusqlite::Row<'_>| Ok(PictureSource { source: row.get(0)?, crop: row.get(1)? });
        Ok(self.connection().query_row(sql, params![account.0, picture], read).optional()?)
    }
}
