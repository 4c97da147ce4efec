//! The state behind the page, and the stream of its snapshots.

use std::ops::Deref;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

use super::error::Failure;
use super::session::Session;
use super::state::State;
use crate::views::{Revision, Snapshot};

/// Holds the state and publishes a snapshot after each change.
pub(crate) struct StateCell {
    state: Mutex<State>,
    view: fn(&State) -> Snapshot,
    snapshots: watch::Sender<Arc<Snapshot>>,
}

/// Read access to the state. Hold it only for a moment and never across an await: every update waits for it.
pub(crate) struct StateRef<'a>(MutexGuard<'a, State>);

impl Deref for StateRef<'_> {
    type Target = State;

    fn deref(&self) -> &State {
        &self.0
    }
}

impl StateCell {
    /// `view` makes the snapshot of a state. It must be a pure function of the state.
    pub(crate) fn new(state: State, view: fn(&State) -> Snapshot) -> Self {
        let snapshots = watch::Sender::new(Arc::new(view(&state)));
        Self { state: Mutex::new(state), view, snapshots }
    }

    pub(crate) fn read(&self) -> StateRef<'_> {
        StateRef(self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Changes the state. A change that the page can see publishes a snapshot with the next revision; any other change
    /// publishes nothing.
    pub(crate) fn update<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let result = change(&mut state);
        let mut snapshot = (self.view)(&state);
        // Published while the state is locked, so that revisions arrive in order.
        self.snapshots.send_if_modified(|last| {
            if **last == snapshot {
                return false;
            }
            state.revision += 1;
            snapshot.revision = state.revision;
            *last = Arc::new(snapshot);
            true
        });
        result
    }

    /// Changes the state, unless the session has ended or another one has taken its place.
    pub(crate) fn update_for(&self, session: &Session, change: impl FnOnce(&mut State)) {
        self.update(|state| {
            if state.is_active_session(session) {
                change(state);
            }
        });
    }

    /// Shows the session as ended if the outcome says so.
    pub(crate) fn expire_if_signed_out<T>(&self, session: &Session, outcome: &Result<T, Failure>) {
        if outcome.as_ref().is_err_and(Failure::is_signed_out) {
            self.update_for(session, State::expire);
        }
    }

    /// The latest snapshot.
    pub(crate) fn snapshot(&self) -> Snapshot {
        self.snapshots.borrow().as_ref().clone()
    }

    /// The revision of the latest snapshot.
    pub(crate) fn revision(&self) -> Revision {
        self.snapshots.borrow().revision
    }

    /// The latest snapshot and every later one; a slow reader sees only the latest.
    pub(crate) fn subscribe(&self) -> watch::Receiver<Arc<Snapshot>> {
        self.snapshots.subscribe()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::views::snapshot_view::snapshot_view;
    use crate::views::{Preferences, StorageState};

    #[test]
    fn only_a_change_that_the_page_can_see_publishes_a_snapshot() {
        let nobody = State::signed_out(Preferences::default(), "en".into(), StorageState::Sound);
        let cell = StateCell::new(nobody, snapshot_view);
        let mut snapshots = cell.subscribe();
        let first = cell.snapshot().revision;

        cell.update(|_| ());
        cell.update(|state| state.asked = true);
        assert!(!snapshots.has_changed().unwrap_or(true));
        assert_eq!(cell.snapshot().revision, first);

        cell.update(|state| state.storage = StorageState::Full);
        assert!(snapshots.has_changed().unwrap_or(false));
        assert_eq!(snapshots.borrow_and_update().revision, first + 1);
    }
}
