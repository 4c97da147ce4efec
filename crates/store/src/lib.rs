//! What Lapel keeps on disk: accounts, cached profiles, drafts, unsent edits, teams and pictures, in one SQLite database.
//!
//! Every call blocks on the disk, and time is passed in. Tokens and passwords never come here; preferences of this
//! computer that nobody misses live elsewhere.

mod accounts;
mod collaborators;
mod drafts;
mod edits;
mod error;
mod folder_lock;
mod local_pictures;
mod opening;
mod organizations;
mod picture_cache;
mod picture_sources;
mod profiles;
mod refresh;
mod role_history;
mod sending;
mod server_facts;

use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard};

use rusqlite::{Connection, Transaction, TransactionBehavior};

pub use accounts::{Account, AccountId};
pub use collaborators::{CachedCollaborator, SeenOn};
pub use drafts::Draft;
pub use edits::{Edit, EditState, EditValue, NewEdit};
pub use error::StoreError;
pub use local_pictures::LocalPicture;
pub use opening::{Condition, Opened};
pub use organizations::CachedOrganization;
pub use picture_cache::CachedPicture;
pub use picture_sources::PictureSource;
pub use profiles::CachedProfile;
pub use refresh::{FinishedPass, KeptPage, RefreshPass, TeamPage, UnseenRow};
pub use role_history::RoleChange;
pub use sending::ServerResponse;
pub use server_facts::EMPTIES_LEFT_OUT;

/// The database and the folder of pictures beside it.
pub struct Store {
    connection: Mutex<Connection>,
    /// None for the stand-in in memory.
    pictures: Option<PathBuf>,
    /// Held as long as the store, so that no second process works in the same folder.
    _lock: Option<folder_lock::FolderLock>,
}

impl Store {
    /// The connection. A panic while it was held cannot leave half a write: SQLite rolls an open transaction back.
    fn connection(&self) -> MutexGuard<'_, Connection> {
        self.connection.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// Runs `work` as one transaction that is on disk when this returns.
    fn transaction<T>(&self, work: impl FnOnce(&Transaction<'_>) -> Result<T, StoreError>) -> Result<T, StoreError> {
        let mut connection = self.connection();
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let result = work(&transaction)?;
        transaction.commit()?;
        Ok(result)
    }
}
