//! What the store keeps of the account on the page, read back in the same go as what has changed it, and shown. ReadSequence
//! may overtake each other: the page never goes back behind what it was told is saved.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use lapel_store::{Account, AccountId, CachedProfile, Edit, Store, StoreError};

use crate::app::Inner;
use crate::state::{Session, State};
use crate::views::AppError;

/// ReadSequence begun so far, and the latest that is shown.
#[derive(Default)]
pub(crate) struct ReadSequence {
    begun: AtomicU64,
    shown: AtomicU64,
}

impl ReadSequence {
    /// The turn of a reading that begins.
    fn begin(&self) -> u64 {
        self.begun.fetch_add(1, Ordering::AcqRel) + 1
    }

    /// Whether the reading of this turn is to be shown: none that began later is. Such a one has read at least as much.
    fn is_newest(&self, turn: u64) -> bool {
        self.shown.fetch_max(turn, Ordering::AcqRel) < turn
    }
}

/// One reading.
pub(crate) struct AccountRead {
    account: AccountId,
    turn: u64,
    profile: Option<CachedProfile>,
    edits: Vec<Edit>,
}

impl AccountRead {
    /// Reads what is kept of an account.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub(crate) fn read(store: &Store, account: AccountId, read_sequence: &ReadSequence) -> Result<Self, StoreError> {
        let turn = read_sequence.begin();
        let (profile, edits) = store.profile_and_edits(account)?;
        Ok(Self { account, turn, profile, edits })
    }

    /// Takes it over, where its account is still on the page.
    pub(crate) fn show(self, read_sequence: &ReadSequence, state: &mut State) {
        let newest = read_sequence.is_newest(self.turn);
        if newest && state.account.as_ref().is_some_and(|active| active.id == self.account) {
            (state.profile, state.edits) = (self.profile, self.edits);
        }
    }
}

impl Inner {
    /// Changes what is kept of an account and shows it.
    pub(crate) async fn update_account<T: Send + 'static>(
        &self,
        account: &Account,
        change: impl FnOnce(&Store) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, AppError> {
        let (id, read_sequence) = (account.id, Arc::clone(&self.read_sequence));
        let changed = self.with_store(move |store| Ok((change(store)?, AccountRead::read(store, id, &read_sequence)?)));
        let (outcome, kept) = changed.await?;
        self.update(|state| kept.show(&self.read_sequence, state));
        Ok(outcome)
    }

    /// Shows what is kept of an account anew.
    pub(crate) async fn reload(&self, account: &Account) -> Result<(), AppError> {
        self.update_account(account, |_| Ok(())).await
    }

    /// The edits of a session's account as they were shown last; none once it is not the one on the page.
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
    fn a_reading_that_was_overtaken_is_not_shown() {
        let read_sequence = ReadSequence::default();
        let (first, second, third) = (read_sequence.begin(), read_sequence.begin(), read_sequence.begin());
        assert!(read_sequence.is_newest(second));
        assert!(!read_sequence.is_newest(first), "the page would go back");
        assert!(read_sequence.is_newest(third));
        assert!(!read_sequence.is_newest(third));
    }
}
