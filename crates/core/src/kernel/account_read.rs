//! The cached profile and the edits of the active account, as one read of the store.
//!
//! Every write reads both back in the same job. Reads can finish out of order, so each carries a sequence number, and an
//! older read never replaces a newer one: a value that was reported as saved never disappears from the page.

use std::sync::atomic::{AtomicU64, Ordering};

use lapel_store::{AccountId, CachedProfile, Edit, Store, StoreError};

use super::state::State;

/// Numbers the reads of the store.
#[derive(Default)]
pub(crate) struct ReadSequence {
    started: AtomicU64,
    applied: AtomicU64,
}

impl ReadSequence {
    /// Starts a read and returns its sequence number.
    fn start(&self) -> u64 {
        self.started.fetch_add(1, Ordering::AcqRel) + 1
    }

    /// Whether a read may be applied. A read that started later has seen at least as much and wins.
    fn may_apply(&self, number: u64) -> bool {
        self.applied.fetch_max(number, Ordering::AcqRel) < number
    }
}

/// One read of an account.
pub(crate) struct AccountRead {
    account: AccountId,
    number: u64,
    profile: Option<CachedProfile>,
    edits: Vec<Edit>,
}

impl AccountRead {
    /// Reads an account.
    pub(super) fn read(store: &Store, account: AccountId, sequence: &ReadSequence) -> Result<Self, StoreError> {
        let number = sequence.start();
        let (profile, edits) = store.profile_and_edits(account)?;
        Ok(Self { account, number, profile, edits })
    }

    /// Puts the read into the state, if its account is still active and no later read was applied.
    pub(super) fn apply(self, sequence: &ReadSequence, state: &mut State) {
        let may_apply = sequence.may_apply(self.number);
        if may_apply && state.is_active_account(self.account) {
            (state.profile, state.edits) = (self.profile, self.edits);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_older_read_never_replaces_a_newer_one() {
        let sequence = ReadSequence::default();
        let (first, second, third) = (sequence.start(), sequence.start(), sequence.start());
        assert!(sequence.may_apply(second));
        assert!(!sequence.may_apply(first), "the page would show an older state");
        assert!(sequence.may_apply(third));
        assert!(!sequence.may_apply(third));
    }
}
