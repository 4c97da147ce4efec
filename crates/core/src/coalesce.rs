//! Which of the snapshots are worth showing: those that last. What a snapshot holds is made in `present`.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

use crate::views::{EditState, Snapshot, SyncState};

/// How long a state that will pass is kept back: shorter than anybody would miss it, longer than a near server takes.
const PATIENCE: Duration = Duration::from_millis(50);

/// Waits for the next snapshot to show, or none once there will be no more. One that only says that something is on its
/// way is left out where its outcome comes at once: the page need not draw what nobody can see.
pub async fn next_coalesced(snapshots: &mut watch::Receiver<Arc<Snapshot>>) -> Option<Arc<Snapshot>> {
    snapshots.changed().await.ok()?;
    let patience = tokio::time::sleep(PATIENCE);
    tokio::pin!(patience);
    loop {
        let snapshot = Arc::clone(&snapshots.borrow_and_update());
        if !passes(&snapshot) {
            return Some(snapshot);
        }
        tokio::select! {
            changed = snapshots.changed() => if changed.is_err() { return Some(snapshot) },
            () = &mut patience => return Some(snapshot),
        }
    }
}

fn passes(snapshot: &Snapshot) -> bool {
    match snapshot.sync.state {
        SyncState::Refreshing | SyncState::Sending => true,
        // Saved a moment ago: it goes out now.
        SyncState::Fresh => snapshot.edits.iter().any(|edit| edit.state == EditState::Waiting),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may panic")]

    use tokio::time::timeout;

    use super::*;
    use crate::pictures::PictureSources;
    use crate::snapshot_view::snapshot_view;
    use crate::state::State;
    use crate::views::{Preferences, StorageState};

    fn snapshot(state: SyncState) -> Arc<Snapshot> {
        let nobody = State::signed_out(Preferences::default(), "en".into(), StorageState::Sound);
        let mut snapshot = snapshot_view(&nobody, &PictureSources::default());
        snapshot.sync.state = state;
        Arc::new(snapshot)
    }

    #[tokio::test]
    async fn what_passes_at_once_is_left_out() {
        let (sender, mut snapshots) = watch::channel(snapshot(SyncState::Fresh));
        sender.send_replace(snapshot(SyncState::Sending));
        let (next, ()) = tokio::join!(next_coalesced(&mut snapshots), async {
            tokio::task::yield_now().await;
            sender.send_replace(snapshot(SyncState::Fresh));
        });
        assert_eq!(next.unwrap().sync.state, SyncState::Fresh);
        let more = timeout(2 * PATIENCE, next_coalesced(&mut snapshots)).await;
        assert!(more.is_err(), "each is shown once");
    }

    #[tokio::test]
    async fn what_lasts_is_shown() {
        let (sender, mut snapshots) = watch::channel(snapshot(SyncState::Fresh));
        for state in [SyncState::Conflict, SyncState::Sending, SyncState::Refreshing] {
            sender.send_replace(snapshot(state));
            assert_eq!(next_coalesced(&mut snapshots).await.unwrap().sync.state, state);
        }
    }

    #[tokio::test]
    async fn the_last_one_is_shown_although_it_passes() {
        let (sender, mut snapshots) = watch::channel(snapshot(SyncState::Fresh));
        sender.send_replace(snapshot(SyncState::Sending));
        drop(sender);
        assert_eq!(next_coalesced(&mut snapshots).await.unwrap().sync.state, SyncState::Sending);
        assert!(next_coalesced(&mut snapshots).await.is_none());
    }
}
