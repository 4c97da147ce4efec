//! Table tests of the state that the sidebar shows.

use lapel_domain::Field;
use lapel_store::{Edit, EditState as StoredState, EditValue};

use super::sync_state;
use crate::kernel::error::Failure;
use crate::kernel::state::{Activity, State};
use crate::views::{Preferences, SessionState, StorageState, SyncState};

/// All states that the sidebar can show, from the highest priority to the lowest.
const PRIORITIES: [SyncState; 9] = [
    SyncState::StorageFailed,
    SyncState::SignedOut,
    SyncState::Sending,
    SyncState::Conflict,
    SyncState::Refused,
    SyncState::Refreshing,
    SyncState::WaitingForNetwork,
    SyncState::Fresh,
    SyncState::Stale,
];

fn edit(state: StoredState) -> Edit {
    let (save_id, base, mine) = ("s".into(), String::new(), EditValue::Text("a".into()));
    Edit { field: Field::FirstName, in_flight: false, save_id, base, mine, state, made_at: 0, unconfirmed_value: None }
}

fn signed_in() -> State {
    let mut state = State::signed_out(Preferences::default(), "en".into(), StorageState::Sound);
    state.session_state = SessionState::SignedIn;
    state
}

/// Adds to the state what makes the sidebar show `wanted`, unless something with a higher priority is there.
fn add(state: &mut State, wanted: SyncState) {
    match wanted {
        SyncState::StorageFailed => state.storage_found = StorageState::ReadOnly,
        SyncState::SignedOut => state.session_state = SessionState::Expired,
        SyncState::Sending => state.activity = Activity::Sending,
        SyncState::Conflict => {
            state.edits.push(edit(StoredState::Conflict { theirs: "b".into(), theirs_at: None }));
        }
        SyncState::Refused => state.edits.push(edit(StoredState::Refused { reason: Box::default() })),
        SyncState::Refreshing => state.activity = Activity::Refreshing { asked: true },
        SyncState::WaitingForNetwork => state.error = Some(offline_failure()),
        SyncState::Fresh => state.checked = true,
        SyncState::Stale => {}
    }
}

fn offline_failure() -> Failure {
    Failure::OldResponse
}

#[test]
fn each_state_is_shown_alone() {
    for wanted in PRIORITIES {
        let mut state = signed_in();
        add(&mut state, wanted);
        assert_eq!(sync_state(&state), wanted);
    }
}

#[test]
fn of_two_states_the_one_with_the_higher_priority_is_shown() {
    for (index, first) in PRIORITIES.into_iter().enumerate() {
        for second in PRIORITIES.into_iter().skip(index + 1) {
            // A state has only one activity, so it cannot be both.
            if (first, second) == (SyncState::Sending, SyncState::Refreshing) {
                continue;
            }
            let mut state = signed_in();
            add(&mut state, second);
            add(&mut state, first);
            assert_eq!(sync_state(&state), first, "over {second:?}");
        }
    }
}

#[test]
fn an_automatic_retry_after_a_failure_is_not_shown_as_refreshing() {
    let mut state = signed_in();
    state.activity = Activity::Refreshing { asked: false };
    assert_eq!(sync_state(&state), SyncState::Refreshing);
    state.error = Some(offline_failure());
    assert_eq!(sync_state(&state), SyncState::WaitingForNetwork);
}
