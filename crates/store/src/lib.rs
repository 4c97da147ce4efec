//! Lapel's data on disk: accounts, cached profiles, drafts, unsent edits, teams and pictures, in one SQLite database
//! and a folder of picture files.
//!
//! Every call blocks on the disk. Callers pass the current time (`now`) in milliseconds since 1970. Tokens,
//! passwords and preferences are never stored here.
//!
//! A method that returns a `Result` fails with [`StoreError`] if the database or a picture file cannot be read or
//! written. Writes to several tables are one transaction: after a failure the database is unchanged, unless the
//! method's documentation says otherwise.
//!
//! What a method has written survives a power failure as soon as it returns, except what the server says again when it
//! is asked: responses, pages of the team, and the first page of the window. These survive the end of the process.

mod account_removal;
mod accounts;
mod batch_history;
mod collaborators;
mod documents;
mod drafts;
mod edits;
mod error;
mod first_page;
mod folder_lock;
mod history_search;
mod local_pictures;
mod opening;
mod organizations;
mod picture_cache;
mod picture_sources;
mod profiles;
mod refresh;
mod role_batches;
mod role_history;
mod sending;
mod server_facts;

use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard};

use rusqlite::{Connection, Transaction, TransactionBehavior};

pub use accounts::{Account, AccountId};
pub use batch_history::{FoundBatch, FoundRows, RowCounts};
pub use collaborators::{CachedCollaborator, SeenOn};
pub use documents::{CropDocument, DraftBase, DraftDocument, DraftPicture, RejectionDetails, RejectionDocument};
pub use drafts::Draft;
pub use edits::{Edit, EditState, EditValue, NewEdit};
pub use error::StoreError;
pub use history_search::HistorySearch;
pub use local_pictures::LocalPicture;
pub use opening::{Condition, Opened};
pub use organizations::CachedOrganization;
pub use picture_cache::CachedPicture;
pub use picture_sources::PictureSource;
pub use profiles::CachedProfile;
pub use refresh::{FinishedPass, RefreshPass, StoredPage, TeamPage, UnseenRow};
pub use role_batches::{BatchRowRecord, FinishedChange, RoleBatch, RoleBatchRow, StartedChange, StoredBatch};
pub use role_history::RoleChange;
pub use sending::ServerResponse;
pub use server_facts::PUT_REPLACES_ALL;

/// The database and its folder of picture files.
pub struct Store {
    connection: Mutex<Connection>,
    /// `None` for a store in memory.
    pictures: Option<PathBuf>,
    /// Keeps other processes out of the folder as long as this store exists.
    _lock: Option<folder_lock::FolderLock>,
}

impl Store {
    /// The connection. Ignoring a poisoned lock is safe: after a panic, SQLite rolls the open transaction back.
    fn connection(&self) -> MutexGuard<'_, Connection> {
        self.connection.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// Runs `work` in one transaction, which is on disk when this method returns.
    fn transaction<T>(&self, work: impl FnOnce(&Transaction<'_>) -> Result<T, StoreError>) -> Result<T, StoreError> {
        run(&self.connection(), work)
    }

    /// Runs `work` in one transaction that does not wait for the disk, for what can be read or made again. A power failure may
    /// undo it, unless a later transaction has waited: SQLite keeps the order of all of them.
    fn replaceable_transaction<T>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let connection = self.connection();
        let _unsynced = Unsynced::begin(&connection)?;
        run(&connection, work)
    }
}

fn run<T>(
    connection: &Connection,
    work: impl FnOnce(&Transaction<'_>) -> Result<T, StoreError>,
) -> Result<T, StoreError> {
    let transaction = Transaction::new_unchecked(connection, TransactionBehavior::Immediate)?;
    let result = work(&transaction)?;
    transaction.commit()?;
    Ok(result)
}

/// Until it is dropped, commits do not wait until the journal is on the disk.
struct Unsynced<'c>(&'c Connection);

impl<'c> Unsynced<'c> {
    fn begin(connection: &'c Connection) -> Result<Self, StoreError> {
        connection.pragma_update(None, "synchronous", "NORMAL")?;
        Ok(Self(connection))
    }
}

impl Drop for Unsynced<'_> {
    fn drop(&mut self) {
        if let Err(error) = self.0.pragma_update(None, "synchronous", "FULL") {
            tracing::error!(%error, "saves no longer wait for the disk");
        }
    }
}
