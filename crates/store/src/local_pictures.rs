//! Prepared pictures whose bytes wait on this computer until the server has them.

use rusqlite::{OptionalExtension, params};

use crate::{AccountId, Store, StoreError};

/// A prepared picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LocalPicture {
    /// Media type of the bytes.
    pub mime: String,
    /// The bytes to upload.
    pub bytes: Vec<u8>,
    /// Its address once it was uploaded, on the API's own origin without scheme, host and port.
    pub url: Option<String>,
}

impl Store {
    /// Keeps a prepared picture under an id of the caller's.
    ///
    /// # Errors
    /// Where the database cannot be written.
    pub fn hold_picture(&self, account: AccountId, id: &str, mime: &str, bytes: &[u8]) -> Result<(), StoreError> {
        let sql = "INSERT INTO held_picture (id, account, mime, bytes) VALUES (?1, ?2, ?3, ?4)";
        self.connection().execute(sql, params![id, account.0, mime, bytes])?;
        Ok(())
    }

    /// A prepared picture of an account.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub fn local_picture(&self, account: AccountId, id: &str) -> Result<Option<LocalPicture>, StoreError> {
        let sql = "SELECT mime, bytes, url FROM held_picture WHERE id = ?1 AND account = ?2";
        let read =
            |row: &rusqlite::Row<'_>| Ok(LocalPicture { mime: row.get(0)?, bytes: row.get(1)?, url: row.get(2)? });
        Ok(self.connection().query_row(sql, params![id, account.0], read).optional()?)
    }

    /// Notes the address of an uploaded picture, so that it is never uploaded twice.
    ///
    /// # Errors
    /// Where the database cannot be written.
    pub fn note_upload(&self, id: &str, url: &str) -> Result<(), StoreError> {
        self.connection().execute("UPDATE held_picture SET url = ?2 WHERE id = ?1", params![id, url])?;
        Ok(())
    }

    /// Removes the prepared pictures that neither a draft nor an edit refers to. Only at the start, while none can be on
    /// its way into one.
    ///
    /// # Errors
    /// Where the database cannot be written.
    pub fn sweep_held_pictures(&self) -> Result<(), StoreError> {
        let sql = "DELETE FROM held_picture
                   WHERE id NOT IN (SELECT held FROM draft WHERE held IS NOT NULL)
                   AND id NOT IN (SELECT held FROM edit WHERE held IS NOT NULL)";
        self.connection().execute(sql, [])?;
        // Of what had to make room in the cache, nothing is cut anew.
        let sql = "DELETE FROM picture_source WHERE source NOT IN (SELECT id FROM cached_picture)";
        self.connection().execute(sql, [])?;
        Ok(())
    }
}
