//! The store, used from async code. If a write of user data fails, the storage state says why.

use std::path::PathBuf;
use std::sync::Arc;

use lapel_store::{Account, Store, StoreError};
use tokio::sync::oneshot;

use super::account_read::{AccountRead, ReadSequence};
use super::error::Failure;
use super::other_accounts::read_other_accounts;
use super::state_cell::StateCell;
use crate::views::StorageState;

/// The database and the pictures on this computer.
pub(crate) struct Disk {
    store: Arc<Store>,
    state: Arc<StateCell>,
    read_sequence: Arc<ReadSequence>,
}

impl Disk {
    pub(crate) fn new(store: Arc<Store>, state: Arc<StateCell>) -> Self {
        Self { store, state, read_sequence: Arc::default() }
    }

    /// Runs work with the store on a thread that may block.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Store) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, Failure> {
        let (sender, result) = oneshot::channel();
        // The receiver is gone if the caller was cancelled.
        let job = move |store: &Store| drop(sender.send(mark_damage(store, work)));
        self.run_job(Box::new(job)).await?;
        let result = result.await.map_err(Failure::internal)?;
        Ok(result.inspect_err(|error| tracing::error!(%error, "the store failed"))?)
    }

    /// Not generic: the program would contain the code of a task for each kind of work.
    async fn run_job(&self, job: Box<dyn FnOnce(&Store) + Send>) -> Result<(), Failure> {
        let store = Arc::clone(&self.store);
        tokio::task::spawn_blocking(move || job(&store)).await.map_err(Failure::internal)
    }

    /// Writes what a person typed or saved. A failure becomes the storage state until a later write succeeds.
    pub(crate) async fn write_user_data<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Store) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, Failure> {
        let outcome = self
            .run(move |store| Ok(mark_damage(store, work).map_err(|error| (storage_state_of(&error), error))))
            .await?;
        let storage = match &outcome {
            Ok(_) => self.state.read().storage_found,
            Err((storage, _)) => *storage,
        };
        // Most writes change nothing here. An update would make a snapshot only to compare it.
        if self.state.read().storage != storage {
            self.state.update(|state| state.storage = storage);
        }
        outcome.map_err(|(_, error)| {
            tracing::error!(%error, "user data could not be written");
            error.into()
        })
    }

    /// Writes what a person saved in their profile, as [`Disk::write_user_data`], and reads the account back in the same
    /// job. The caller applies the read with [`Disk::apply`].
    pub(crate) async fn write_profile_data(
        &self,
        account: &Account,
        work: impl FnOnce(&Store) -> Result<(), StoreError> + Send + 'static,
    ) -> Result<AccountRead, Failure> {
        let (id, sequence) = (account.id, Arc::clone(&self.read_sequence));
        self.write_user_data(move |store| {
            work(store)?;
            AccountRead::read(store, id, &sequence)
        })
        .await
    }

    /// Changes the stored data of an account, reads it back in the same job, and applies it to the state.
    pub(crate) async fn update_account<T: Send + 'static>(
        &self,
        account: &Account,
        change: impl FnOnce(&Store) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, Failure> {
        let (result, read) = self.change_account(account, change).await?;
        self.state.update(|state| self.apply(read, state));
        Ok(result)
    }

    /// Changes the stored data of an account, and reads it back in the same job. The caller applies the read with
    /// [`Disk::apply`], together with other changes of the state.
    pub(crate) async fn change_account<T: Send + 'static>(
        &self,
        account: &Account,
        change: impl FnOnce(&Store) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<(T, AccountRead), Failure> {
        let (id, sequence) = (account.id, Arc::clone(&self.read_sequence));
        self.run(move |store| Ok((change(store)?, AccountRead::read(store, id, &sequence)?))).await
    }

    /// Reads the profile and the edits of an account again.
    pub(crate) async fn reload(&self, account: &Account) -> Result<(), Failure> {
        self.update_account(account, |_| Ok(())).await
    }

    /// Applies a read of an account to the state, unless a later read was applied before.
    pub(crate) fn apply(&self, read: AccountRead, state: &mut super::state::State) {
        read.apply(&self.read_sequence, state);
    }

    /// Reads the inactive accounts again, after one was added or removed.
    pub(crate) async fn reload_accounts(&self) -> Result<(), Failure> {
        let active = self.state.read().account.as_ref().map(|account| account.id);
        let others = self.run(move |store| read_other_accounts(store, active)).await?;
        self.state.update(|state| state.set_other_accounts(others));
        Ok(())
    }

    /// The path of a file in the picture cache; none if there is no folder for it.
    pub(crate) fn picture_file(&self, id: &str) -> Option<PathBuf> {
        self.store.picture_file(id)
    }

    /// The store itself, for the short read that fills the state when another account becomes active.
    pub(crate) fn store(&self) -> &Store {
        &self.store
    }
}

fn storage_state_of(error: &StoreError) -> StorageState {
    match error {
        StoreError::Full => StorageState::Full,
        StoreError::ReadOnly => StorageState::ReadOnly,
        _ => StorageState::Failed,
    }
}

/// Runs the work. A damaged database is marked, so that the next start checks all of it.
fn mark_damage<T>(store: &Store, work: impl FnOnce(&Store) -> Result<T, StoreError>) -> Result<T, StoreError> {
    let result = work(store);
    if matches!(result, Err(StoreError::Damaged)) {
        store
            .mark_for_integrity_check()
            .unwrap_or_else(|error| tracing::error!(%error, "the database could not be marked for a check"));
    }
    result
}
