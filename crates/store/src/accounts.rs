//! The accounts that are or were signed in on this computer.

use rusqlite::{OptionalExtension, Row, params};

use crate::{Store, StoreError};

/// Row id of an account. It is local to this computer and never reused for another account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct AccountId(pub(crate) i64);

impl AccountId {
    /// The id as a number, used in the names of the account's keyring entry and pictures.
    pub fn number(self) -> i64 {
        self.0
    }
}

/// A person on a server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Row id.
    pub id: AccountId,
    /// Key of the server: `sandbox`, or the server's URL.
    pub server: String,
    /// The person's id on that server.
    pub user_id: String,
    /// Email address at the last sign-in.
    pub email: String,
    /// Whether the person signed in with an API token.
    pub by_token: bool,
    /// Whether the account is signed in, as far as this computer knows.
    pub signed_in: bool,
}

fn account_from_row(row: &Row<'_>) -> rusqlite::Result<Account> {
    Ok(Account {
        id: AccountId(row.get(0)?),
        server: row.get(1)?,
        user_id: row.get(2)?,
        email: row.get(3)?,
        by_token: row.get(4)?,
        signed_in: row.get(5)?,
    })
}

impl Store {
    /// The account that the window shows.
    pub fn active_account(&self) -> Result<Option<Account>, StoreError> {
        let connection = self.connection();
        let sql =
            "SELECT id, server, user_id, email, by_token, signed_in FROM account WHERE active = 1 AND signing_out = 0";
        Ok(connection.query_row(sql, [], account_from_row).optional()?)
    }

    /// Stores a sign-in and makes the account active. Data that is already stored for the account stays, unless it is left of an
    /// unfinished sign-out.
    pub fn sign_in(&self, server: &str, user_id: &str, email: &str, by_token: bool) -> Result<Account, StoreError> {
        self.transaction(|transaction| {
            transaction.execute("UPDATE account SET active = 0", [])?;
            let sql = "DELETE FROM account WHERE server = ?1 AND user_id = ?2 AND signing_out = 1";
            transaction.execute(sql, [server, user_id])?;
            transaction.execute("UPDATE last_account SET number = number + 1", [])?;
            let sql = "INSERT INTO account (id, server, user_id, email, by_token, signed_in, active)
                       SELECT number, ?1, ?2, ?3, ?4, 1, 1 FROM last_account WHERE true
                       ON CONFLICT (server, user_id) DO UPDATE SET email = ?3, by_token = ?4, signed_in = 1, active = 1
                       RETURNING id, server, user_id, email, by_token, signed_in";
            Ok(transaction.query_row(sql, params![server, user_id, email, by_token], account_from_row)?)
        })
    }

    /// All accounts, in the order of their first sign-in, without those whose sign-out has begun.
    pub fn accounts(&self) -> Result<Vec<Account>, StoreError> {
        let connection = self.connection();
        let sql =
            "SELECT id, server, user_id, email, by_token, signed_in FROM account WHERE signing_out = 0 ORDER BY id";
        let mut statement = connection.prepare(sql)?;
        let accounts = statement.query_map([], account_from_row)?;
        Ok(accounts.collect::<Result<_, _>>()?)
    }

    /// Sets the account that the window shows, or none.
    pub fn activate(&self, id: Option<AccountId>) -> Result<(), StoreError> {
        let sql = "UPDATE account SET active = (id IS ?1)";
        self.connection().execute(sql, [id.map(|id| id.0)])?;
        Ok(())
    }

    /// Records whether the tokens of an account are in memory only.
    pub fn set_token_in_memory(&self, id: AccountId, in_memory: bool) -> Result<(), StoreError> {
        self.connection().execute("UPDATE account SET token_in_memory = ?2 WHERE id = ?1", params![id.0, in_memory])?;
        Ok(())
    }

    /// Whether the tokens of an account were in memory only when they were last renewed.
    pub fn is_token_in_memory(&self, id: AccountId) -> Result<bool, StoreError> {
        let sql = "SELECT token_in_memory FROM account WHERE id = ?1";
        Ok(self.connection().query_row(sql, [id.0], |row| row.get(0)).optional()?.unwrap_or_default())
    }

    /// Names of keyring entries that are still to be removed.
    pub fn left_keyring_entries(&self) -> Result<Vec<String>, StoreError> {
        let connection = self.connection();
        let mut statement = connection.prepare("SELECT name FROM left_entry")?;
        let names = statement.query_map([], |row| row.get(0))?;
        Ok(names.collect::<Result<_, _>>()?)
    }

    /// Deletes the note about a keyring entry, because the entry was removed or is in use again.
    pub fn forget_left_keyring_entry(&self, name: &str) -> Result<(), StoreError> {
        self.connection().execute("DELETE FROM left_entry WHERE name = ?1", [name])?;
        Ok(())
    }
}
