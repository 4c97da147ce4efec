//! Removing an account with everything that belongs to it, also in the picture folder.

use crate::{AccountId, Store, StoreError};

impl Store {
    /// Removes an account with its profile, drafts, edits and pictures. If a picture file cannot be removed, the call
    /// fails after everything else was removed; [`Store::remove_unlisted_picture_files`] removes the file at a later start.
    pub fn remove_account(&self, id: AccountId) -> Result<(), StoreError> {
        let pictures = self.cached_picture_ids(id)?;
        self.connection().execute("DELETE FROM account WHERE id = ?1", [id.0])?;
        // The journal must not retain the deleted data.
        self.connection().query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
        // `fold`, so that one failure does not stop the removal of the other files.
        pictures.iter().map(|picture| self.remove_picture_file(picture)).fold(Ok(()), Result::and)
    }
}
