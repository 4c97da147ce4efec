//! Who is or was signed in on this computer.

use rusqlite::{OptionalExtension, Row, params};

use crate::{Store, StoreError};

/// Row id of an account; never leaves this computer, and is never used again for another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct AccountId(pub(crate) i64);

impl AccountId {
    /// The number, to name the account's entry in the keyring and its pictures.
    pub fn number(self) -> i64 {
        self.0
    }
}

/// A person on a server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Its row.
    pub id: AccountId,
    /// Key of the server: the word `sandbox`, or its address.
    pub server: String,
    /// The person's id on that server.
    pub user_id: String,
    /// Email address at the last sign-in.
    pub email: String,
    /// Whether it signed in by an API token.
    pub by_token: bool,
    /// Whether it is signed in as far as this computer knows.
    pub signed_in: bool,
}

fn account(row: &Row<'_>) -> rusqlite::Result<Account> {
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
    /// The account that the window shows, if any.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub fn active_account(&self) -> Result<Option<Account>, StoreError> {
        let connection = self.connection();
        let sql = "SELECT id, server, user_id, email, by_token, signed_in FROM account WHERE active = 1";
        Ok(connection.query_row(sql, [], account).optional()?)
    }

    /// Notes a sign-in and makes the account the active one. What was kept of it before is kept.
    ///
    /// # Errors
    /// Where the database cannot be written.
    pub fn sign_in(&self, server: &str, user_id: &str, email: &str, by_token: bool) -> Result<Account, StoreError> {
        self.transaction(|transaction| {
            transaction.execute("UPDATE account SET active = 0", [])?;
            transaction.execute("UPDATE last_account SET number = number + 1", [])?;
            let sql = "INSERT INTO account (id, server, user_id, email, by_token, signed_in, active)
                       SELECT number, ?1, ?2, ?3, ?4, 1, 1 FROM last_account WHERE true
                       ON CONFLICT (server, user_id) DO UPDATE SET email = ?3, by_token = ?4, signed_in = 1, active = 1
                       RETURNING id, server, user_id, email, by_token, signed_in";
            Ok(transaction.query_row(sql, params![server, user_id, email, by_token], account)?)
        })
    }

    /// Notes that the session of an account is over, without removing anything of it.
    ///
    /// # Errors
    /// Where the database cannot be written.
    pub fn mark_signed_out(&self, id: AccountId) -> Result<(), StoreError> {
        self.connection().execute("UPDATE account SET signed_in = 0 WHERE id = ?1", [id.0])?;
        Ok(())
    }

    /// Removes an account with its profile, drafts, edits and pictures.
    ///
    /// # Errors
    /// Where the database cannot be written, or a picture's file cannot be removed.
    pub fn remove_account(&self, id: AccountId) -> Result<(), StoreError> {
        let pictures = self.cached_picture_ids(id)?;
        self.connection().execute("DELETE FROM account WHERE id = ?1", [id.0])?;
        // What is deleted must not linger in the journal either.
        self.connection().query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
        // All of them are tried; what could not be removed is swept at a later start.
        pictures.iter().map(|picture| self.remove_picture_file(picture)).fold(Ok(()), Result::and)
    }

    /// All accounts, the latest sign-in last.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub fn accounts(&self) -> Result<Vec<Account>, StoreError> {
        let connection = self.connection();
        let mut statement =
            connection.prepare("SELECT id, server, user_id, email, by_token, signed_in FROM account ORDER BY id")?;
        let accounts = statement.query_map([], account)?;
        Ok(accounts.collect::<Result<_, _>>()?)
    }

    /// Lets the window show another account, or none.
    ///
    /// # Errors
    /// Where the database cannot be written.
    pub fn activate(&self, id: Option<AccountId>) -> Result<(), StoreError> {
        let sql = "UPDATE account SET active = (id IS ?1)";
        self.connection().execute(sql, [id.map(|id| id.0)])?;
        Ok(())
    }

    /// Notes that the keyring still holds an entry that was to be removed.
    ///
    /// # Errors
    /// Where the database cannot be written.
    pub fn note_left_entry(&self, name: &str) -> Result<(), StoreError> {
        self.connection().execute("INSERT OR IGNORE INTO left_entry (name) VALUES (?1)", [name])?;
        Ok(())
    }

    /// Entries that the keyring still holds and shall not.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub fn left_entries(&self) -> Result<Vec<String>, StoreError> {
        let connection = self.connection();
        let mut statement = connection.prepare("SELECT name FROM left_entry")?;
        let names = statement.query_map([], |row| row.get(0))?;
        Ok(names.collect::<Result<_, _>>()?)
    }

    /// Forgets such an entry: it is gone, or in use again.
    ///
    /// # Errors
    /// Where the database cannot be written.
    pub fn forget_left_entry(&self, name: &str) -> Result<(), StoreError> {
        self.connection().execute("DELETE FROM left_entry WHERE name = ?1", [name])?;
        Ok(())
    }
}
