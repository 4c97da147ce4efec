//! The cached profile and edits of the active account. Every change reads them back from the store and publishes
//! them. Reads can finish out of order, so each carries a sequence number, and an older read never replaces a newer
//! one: the page must not lose an edit that it was told is saved.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use lapel_store::{Account, AccountId, CachedProfile, Edit, Store, StoreError};

use crate::app::Inner;
use crate::state::{Session, State};
use crate::views::AppError;

/// Numbers the reads and rejects those that finish after a newer one.
#[derive(Default)]
pub(crate) struct ReadSequence {
    last_started: AtomicU64,
    last_applied: AtomicU64,
}

impl ReadSequence {
    /// Starts a read and returns its sequence number.
    fn begin(&self) -> u64 {
        self.last_started.fetch_add(1, Ordering::AcqRel) + 1
    }

    /// Whether the read may be applied: no read that started later was. Records it as applied.
    fn accept(&self, sequence: u64) -> bool {
        self.last_applied.fetch_max(sequence, Ordering::AcqRel) < sequence
    }
}

/// The profile and the edits of an account, as read from the store.
pub(crate) struct AccountRead {
    account: AccountId,
    sequence: u64,
    profile: Option<CachedProfile>,
    edits: Vec<Edit>,
}

impl AccountRead {
    pub(crate) fn read(store: &Store, account: AccountId, read_sequence: &ReadSequence) -> Result<Self, StoreError> {
        let sequence = read_sequence.begin();
        let (profile, edits) = store.profile_and_edits(account)?;
        Ok(Self { account, sequence, profile, edits })
    }

    /// Puts the data into the state, unless a newer read was applied or another account is active.
    pub(crate) fn apply(self, read_sequence: &ReadSequence, state: &mut State) {
        let accepted = read_sequence.accept(self.sequence);
        if accepted && state.account.as_ref().is_some_and(|active| active.id == self.account) {
            (state.profile, state.edits) = (self.profile, self.edits);
        }
    }
}

impl Inner {
    /// Changes the stored data of an account and publishes the result.
    pub(crate) async fn update_account<T: Send + 'static>(
        &self,
        account: &Account,
        change: impl FnOnce(&Store) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, AppError> {
        let (id, read_sequence) = (account.id, Arc::clone(&self.read_sequence));
        let changed = self.with_store(move |store| Ok((change(store)?, AccountRead::read(store, id, &read_sequence)?)));
        let (outcome, read) = changed.await?;
        self.update(|state| read.apply(&self.read_sequence, state));
        Ok(outcome)
    }

    /// Reads the stored data of an account again and publishes it.
    pub(crate) async fn reload(&self, account: &Account) -> Result<(), AppError> {
        self.update_account(account, |_| Ok(())).await
    }

    /// The edits in the state; empty if the session is no longer the active one.
    pub(crate) fn shown_edits(&self, session: &Session) -> Vec<Edit> {
        let state = self.state();
        let is_active = state.session.as_ref().is_some_and(|active| active.id == session.id);
        if is_active { state.edits.clone() } else { Vec::new() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_read_that_finishes_after_a_newer_one_is_not_applied() {
        let read_sequence = ReadSequence::default();
        let (first, second, third) = (read_sequence.begin(), read_sequence.begin(), read_sequence.begin());
        assert!(read_sequence.accept(second));
        assert!(!read_sequence.accept(first), "an older read would replace a newer one");
        assert!(read_sequence.accept(third));
        assert!(!read_sequence.accept(third));
    }
}
