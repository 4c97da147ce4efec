//! Local pictures: cropped and encoded pictures that are stored on this computer until they have been uploaded and
//! saved.

use rusqlite::{OptionalExtension, params};

use crate::{AccountId, Store, StoreError};

/// A picture that is ready for upload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LocalPicture {
    /// Media type of the bytes.
    pub mime: String,
    /// The bytes to upload.
    pub bytes: Vec<u8>,
    /// Its URL once uploaded. The URL has no scheme, host and port if it is on the API's own origin.
    pub url: Option<String>,
}

impl Store {
    /// Stores a local picture under an id chosen by the caller.
    pub fn store_local_picture(
        &self,
        account: AccountId,
        id: &str,
        mime: &str,
        bytes: &[u8],
    ) -> Result<(), StoreError> {
        let sql = "INSERT INTO held_picture (id, account, mime, bytes) VALUES (?1, ?2, ?3, ?4)";
        self.connection().execute(sql, params![id, account.0, mime, bytes])?;
        Ok(())
    }

    /// The local picture with this id.
    pub fn local_picture(&self, account: AccountId, id: &str) -> Result<Option<LocalPicture>, StoreError> {
        let sql = "SELECT mime, bytes, url FROM held_picture WHERE id = ?1 AND account = ?2";
        let read =
            |row: &rusqlite::Row<'_>| Ok(LocalPicture { mime: row.get(0)?, bytes: row.get(1)?, url: row.get(2)? });
        Ok(self.connection().query_row(sql, params![id, account.0], read).optional()?)
    }

    /// Stores the URL of an uploaded picture, so that it is not uploaded again.
    pub fn store_upload(&self, id: &str, url: &str) -> Result<(), StoreError> {
        self.connection().execute("UPDATE held_picture SET url = ?2 WHERE id = ?1", params![id, url])?;
        Ok(())
    }

    /// Removes local pictures that no draft or edit refers to. Call it only at startup: later, it could remove a new
    /// picture whose draft is not stored yet.
    pub fn remove_unused_local_pictures(&self) -> Result<(), StoreError> {
        let sql = "DELETE FROM held_picture
                   WHERE id NOT IN (SELECT held FROM draft WHERE held IS NOT NULL)
                   AND id NOT IN (SELECT held FROM edit WHERE held IS NOT NULL)";
        self.connection().execute(sql, [])?;
        // A picture whose source file was evicted from the cache cannot be cropped again.
        let sql = "DELETE FROM picture_source WHERE source NOT IN (SELECT id FROM cached_picture)";
        self.connection().execute(sql, [])?;
        Ok(())
    }
}
