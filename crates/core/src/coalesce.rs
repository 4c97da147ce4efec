//! Skips snapshots of a transient state ("sending") that is replaced almost at once, so that the page does not
//! flicker.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

use crate::views::{EditState, Revision, Snapshot, SyncState};

/// How long a transient snapshot is held back: too short for a user to notice, longer than a nearby server takes to
/// respond.
const MAX_DELAY: Duration = Duration::from_millis(50);

/// Waits for the next snapshot to show, whose revision is greater than `after`; without `after`, the present one. A
/// transient snapshot is skipped if another one follows within a few milliseconds. The last one is returned at once when
/// the sender is gone.
pub(crate) async fn next_coalesced(
    snapshots: &mut watch::Receiver<Arc<Snapshot>>,
    after: Option<Revision>,
) -> Arc<Snapshot> {
    let is_new = |snapshot: &Arc<Snapshot>| after.is_none_or(|after| snapshot.revision > after);
    // An error: the sender is gone, when the app ends.
    drop(snapshots.wait_for(is_new).await);
    let delay = tokio::time::sleep(MAX_DELAY);
    tokio::pin!(delay);
    loop {
        let snapshot = Arc::clone(&snapshots.borrow_and_update());
        if after.is_none() || !is_transient(&snapshot) {
            return snapshot;
        }
        tokio::select! {
            changed = snapshots.changed() => if changed.is_err() { return snapshot },
            () = &mut delay => return snapshot,
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

    fn snapshot(revision: Revision, state: SyncState) -> Arc<Snapshot> {
        let state_signed_out = State::signed_out(Preferences::default(), "en".into(), StorageState::Sound);
        let mut snapshot = snapshot_view(&state_signed_out);
        snapshot.sync.state = state;
        snapshot.revision = revision;
        Arc::new(snapshot)
    }

    #[tokio::test]
    async fn a_transient_snapshot_that_is_replaced_at_once_is_skipped() {
        let (sender, mut snapshots) = watch::channel(snapshot(1, SyncState::Fresh));
        sender.send_replace(snapshot(2, SyncState::Sending));
        let (next, ()) = tokio::join!(next_coalesced(&mut snapshots, Some(1)), async {
            tokio::task::yield_now().await;
            sender.send_replace(snapshot(3, SyncState::Fresh));
        });
        assert_eq!((next.revision, next.sync.state), (3, SyncState::Fresh));
        let more = timeout(2 * MAX_DELAY, next_coalesced(&mut snapshots, Some(3))).await;
        assert!(more.is_err(), "each snapshot is returned only once");
    }

    #[tokio::test]
    async fn a_snapshot_that_lasts_is_shown() {
        let (sender, mut snapshots) = watch::channel(snapshot(0, SyncState::Fresh));
        for (after, state) in [SyncState::Conflict, SyncState::Sending, SyncState::Refreshing].into_iter().enumerate() {
            let after = Revision::try_from(after).unwrap();
            sender.send_replace(snapshot(after + 1, state));
            assert_eq!(next_coalesced(&mut snapshots, Some(after)).await.sync.state, state);
        }
    }

    #[tokio::test]
    async fn the_present_snapshot_is_shown_at_once_to_a_page_that_has_none() {
        let (sender, mut snapshots) = watch::channel(snapshot(1, SyncState::Fresh));
        sender.send_replace(snapshot(2, SyncState::Sending));
        assert_eq!(next_coalesced(&mut snapshots, None).await.revision, 2);
    }

    #[tokio::test]
    async fn the_last_snapshot_is_shown_even_if_it_is_transient() {
        let (sender, mut snapshots) = watch::channel(snapshot(1, SyncState::Fresh));
        sender.send_replace(snapshot(2, SyncState::Sending));
        drop(sender);
        assert_eq!(next_coalesced(&mut snapshots, Some(1)).await.sync.state, SyncState::Sending);
    }
}
