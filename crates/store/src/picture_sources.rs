//! The source file and crop of each finished picture, so that it can be cropped again. The source files are in the
//! picture cache.

use rusqlite::{OptionalExtension, params};

use crate::documents::{CropDocument, Document};
use crate::{AccountId, Store, StoreError};

/// The source of a finished picture.
#[derive(Clone, Debug, PartialEq)]
pub struct PictureSource {
    /// Id of the file in the picture cache.
    pub source: String,
    /// The crop; `None` if it cannot be read.
    pub crop: Option<CropDocument>,
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
        let crop = source.crop.as_ref().map(Document::to_json).transpose()?.unwrap_or_default();
        self.connection().execute(sql, params![account.0, picture, source.source, crop])?;
        Ok(())
    }

    /// The source of a picture, if known.
    pub fn picture_source(&self, account: AccountId, picture: &str) -> Result<Option<PictureSource>, StoreError> {
        let sql = "SELECT source, crop FROM picture_source WHERE account = ?1 AND picture = ?2";
        let read = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get::<_, String>(1)?));
        let row = self.connection().query_row(sql, params![account.0, picture], read).optional()?;
        Ok(row.map(|(source, crop)| PictureSource { source, crop: CropDocument::from_json(&crop).ok() }))
    }
}
