//! Which of the snapshots are worth showing: those that last. What a snapshot holds is made in `present`.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

use crate::views::{EditState, Snapshot, SyncState};

/// How long a state that will pass is kept back: shorter than anybody would miss it, longer than a near server takes.
const PATIENCE: Duration = Duration::from_millis(50);

/// Waits for the next snapshot to show, or none once there will be no more. One that only says that something is on its
/// way is left out where its outcome comes at once: the page need not draw what nobody can see.
pub async fn next_to_show(snapshots: &mut watch::Receiver<Arc<Snapshot>>) -> Option<Arc<Snapshot>> {
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
