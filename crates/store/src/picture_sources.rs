//! The source file and crop of each finished picture, so that it can be cropped again. The source files are in the
//! picture cache.

use rusqlite::{OptionalExtension, params};

use crate::{AccountId, Store, StoreError};

/// The source of a finished picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PictureSource {
    /// Id of the file in the picture cache.
    pub source: String,
    /// The crop, in the caller's own format.
    pub crop: String,
}

impl Store {
    /// Stores the source of a picture.
    pub fn store_picture_source(
        &self,
        account: AccountId,
        picture: &str,
        source: &PictureSource,
    ) -> Result<(), StoreError> {
        let sql = "INSERT OR REPLACE INTO picture_source (account, picture, source, crop) VALUES (?1, ?2, ?3, ?4)";
        self.connection().execute(sql, params![account.0, picture, source.source, source.crop])?;
        Ok(())
    }

    /// The source of a picture, if known.
    pub fn picture_source(&self, account: AccountId, picture: &str) -> Result<Option<PictureSource>, StoreError> {
        let sql = "SELECT source, crop FROM picture_source WHERE account = ?1 AND picture = ?2";
        let read = |row: &rusqlite::Row<'_>| Ok(PictureSource { source: row.get(0)?, crop: row.get(1)? });
        Ok(self.connection().query_row(sql, params![account.0, picture], read).optional()?)
    }
}
