//! The first page of an account as it was last painted. The caller defines what a page and its key are.

use rusqlite::{OptionalExtension, params};

use crate::{AccountId, Store, StoreError};

impl Store {
    /// The stored page of an account, if it was stored with this key.
    pub fn first_page(&self, account: AccountId, key: &str) -> Result<Option<String>, StoreError> {
        let sql = "SELECT page FROM first_page WHERE account = ?1 AND key = ?2";
        Ok(self.connection().query_row(sql, params![account.0, key], |row| row.get(0)).optional()?)
    }

    /// Stores the page of an account, replacing the previous one. Does nothing after the account's sign-out has begun.
    pub fn store_first_page(&self, account: AccountId, key: &str, page: &str) -> Result<(), StoreError> {
        let sql = "INSERT OR REPLACE INTO first_page (account, key, page)
                   SELECT id, ?2, ?3 FROM account WHERE id = ?1 AND signing_out = 0";
        self.replaceable_transaction(|transaction| {
            transaction.execute(sql, params![account.0, key, page])?;
            Ok(())
        })
    }
}
