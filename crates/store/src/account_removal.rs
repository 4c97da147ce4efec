//! Signing out: removing an account with everything that belongs to it, also in the picture folder.
//!
//! The wish is stored first, in one small transaction. From then on the account is not shown, and whatever is interrupted is
//! finished by the next start.

use rusqlite::Transaction;

use crate::{AccountId, Store, StoreError};

impl Store {
    /// Stores that the user has signed out of accounts, and the names of their keyring entries as ones to be removed. The
    /// accounts are not read any more, and [`Store::remove_signed_out_accounts`] removes their data.
    pub fn begin_sign_out<'a>(&self, accounts: impl Iterator<Item = (AccountId, &'a str)>) -> Result<(), StoreError> {
        self.transaction(|transaction| {
            for (id, keyring_entry) in accounts {
                transaction
                    .execute("UPDATE account SET signing_out = 1, signed_in = 0, active = 0 WHERE id = ?1", [id.0])?;
                list_left_entry(transaction, keyring_entry)?;
            }
            Ok(())
        })
    }

    /// Marks an account as signed out, and stores the name of its keyring entry as one to be removed. Its data stays.
    pub fn mark_signed_out(&self, id: AccountId, keyring_entry: &str) -> Result<(), StoreError> {
        self.transaction(|transaction| {
            transaction.execute("UPDATE account SET signed_in = 0 WHERE id = ?1", [id.0])?;
            list_left_entry(transaction, keyring_entry)
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

fn list_left_entry(transaction: &Transaction<'_>, name: &str) -> Result<(), StoreError> {
    transaction.execute("INSERT OR IGNORE INTO left_entry (name) VALUES (?1)", [name])?;
    Ok(())
}
