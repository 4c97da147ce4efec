//! Skips snapshots of a transient state ("sending") that is replaced almost at once, so that the page does not
//! flicker.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

use crate::views::{EditState, Snapshot, SyncState};

/// How long a transient snapshot is held back: too short for a user to notice, longer than a nearby server takes to
/// respond.
const MAX_DELAY: Duration = Duration::from_millis(50);

/// Waits for the next snapshot to show; none once the sender is gone. A transient snapshot is skipped if another one
/// follows within a few milliseconds.
pub async fn next_coalesced(snapshots: &mut watch::Receiver<Arc<Snapshot>>) -> Option<Arc<Snapshot>> {
    snapshots.changed().await.ok()?;
    let delay = tokio::time::sleep(MAX_DELAY);
    tokio::pin!(delay);
    loop {
        let snapshot = Arc::clone(&snapshots.borrow_and_update());
        if !is_transient(&snapshot) {
            return Some(snapshot);
        }
        tokio::select! {
            changed = snapshots.changed() => if changed.is_err() { return Some(snapshot) },
            () = &mut delay => return Some(snapshot),
        }
    }
}

fn is_transient(snapshot: &Snapshot) -> bool {
    match snapshot.sync.state {
        SyncState::Refreshing | SyncState::Sending => true,
        // An edit was just saved, and a sync is about to send it.
        SyncState::Fresh => snapshot.edits.iter().any(|edit| edit.state == EditState::Waiting),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may panic")]

    use tokio::time::timeout;

    use super::*;
    use crate::kernel::state::State;
    use crate::views::snapshot_view::snapshot_view;
    use crate::views::{Preferences, StorageState};

    fn snapshot(state: SyncState) -> Arc<Snapshot> {
        let state_signed_out = State::signed_out(Preferences::default(), "en".into(), StorageState::Sound);
        let mut snapshot = snapshot_view(&state_signed_out);
        snapshot.sync.state = state;
        Arc::new(snapshot)
    }

    #[tokio::test]
    async fn a_transient_snapshot_that_is_replaced_at_once_is_skipped() {
        let (sender, mut snapshots) = watch::channel(snapshot(SyncState::Fresh));
        sender.send_replace(snapshot(SyncState::Sending));
        let (next, ()) = tokio::join!(next_coalesced(&mut snapshots), async {
            tokio::task::yield_now().await;
            sender.send_replace(snapshot(SyncState::Fresh));
        });
        assert_eq!(next.unwrap().sync.state, SyncState::Fresh);
        let more = timeout(2 * MAX_DELAY, next_coalesced(&mut snapshots)).await;
        assert!(more.is_err(), "each snapshot is returned only once");
    }

    #[tokio::test]
    async fn a_snapshot_that_lasts_is_shown() {
        let (sender, mut snapshots) = watch::channel(snapshot(SyncState::Fresh));
        for state in [SyncState::Conflict, SyncState::Sending, SyncState::Refreshing] {
            sender.send_replace(snapshot(state));
            assert_eq!(next_coalesced(&mut snapshots).await.unwrap().sync.state, state);
        }
    }

    #[tokio::test]
    async fn the_last_snapshot_is_shown_even_if_it_is_transient() {
        let (sender, mut snapshots) = watch::channel(snapshot(SyncState::Fresh));
        sender.send_replace(snapshot(SyncState::Sending));
        drop(sender);
        assert_eq!(next_coalesced(&mut snapshots).await.unwrap().sync.state, SyncState::Sending);
        assert!(next_coalesced(&mut snapshots).await.is_none());
    }
}
