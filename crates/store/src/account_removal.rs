//! Signing out: removing an account with everything that belongs to it, also in the picture folder.
//!
//! The wish is stored first, in one small transaction. From then on the account is not shown, and whatever is interrupted is
//! finished by the next start.

use crate::{AccountId, Store, StoreError};

impl Store {
    /// Stores that the user has signed out of an account, and the name of its keyring entry as one to be removed. The account is
    /// not read any more, and [`Store::remove_signed_out_accounts`] removes its data.
    pub fn begin_sign_out(&self, id: AccountId, keyring_entry: &str) -> Result<(), StoreError> {
        self.transaction(|transaction| {
            transaction
                .execute("UPDATE account SET signing_out = 1, signed_in = 0, active = 0 WHERE id = ?1", [id.0])?;
            transaction.execute("INSERT OR IGNORE INTO left_entry (name) VALUES (?1)", [keyring_entry])?;
            Ok(())
        })
    }

    /// Removes every account whose sign-out has begun, as [`Store::remove_account`] does. Does not need the keyring.
    pub fn remove_signed_out_accounts(&self) -> Result<(), StoreError> {
        let ids: Vec<AccountId> = {
            let connection = self.connection();
            let mut statement = connection.prepare("SELECT id FROM account WHERE signing_out = 1")?;
            let ids = statement.query_map([], |row| Ok(AccountId(row.get(0)?)))?;
            ids.collect::<Result<_, _>>()?
        };
        ids.into_iter().map(|id| self.remove_account(id)).fold(Ok(()), Result::and)
    }

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
