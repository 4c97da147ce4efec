//! Reads while another thread writes.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::sync::atomic::{AtomicU32, Ordering};

use lapel_domain::{Field, Profile};
use lapel_store::{CachedProfile, EditValue, NewEdit, ServerResponse, Store};

const ROUNDS: u32 = 300;
const READERS: u32 = 4;

fn profile(name: u32) -> Profile {
    let document = serde_json::json!({"id": "u1", "role": "user", "first_name": name.to_string()});
    serde_json::from_value(document).unwrap()
}

#[test]
fn an_arriving_value_is_always_in_the_profile_or_in_the_edits() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path(), 0).store;
    let id = store.sign_in("sandbox", "u1", "owner@example.com", false).unwrap().id;
    let saved = AtomicU32::new(0);
    let arrive = |name: u32| {
        let cached = CachedProfile { profile: profile(name), etag: None, fetched_at: 9 };
        let arrived = [Field::FirstName];
        let response = ServerResponse {
            cached: &cached,
            arrived: &arrived,
            cleared: &[],
            cleared_by_us: true,
            restores_cleared: false,
            put_replaces_all: None,
        };
        store.apply_response(id, &response, "reset", 9).unwrap();
    };
    arrive(0);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for name in 1..=ROUNDS {
                let (base, mine) = ((name - 1).to_string(), EditValue::Text(name.to_string()));
                let edit = NewEdit { field: Field::FirstName, base, base_picture: None, mine };
                store.save_edits(id, &format!("save {name}"), "profile", &[edit], 5).unwrap();
                saved.store(name, Ordering::Release);
                let edits = store.edits(id).unwrap();
                store.begin_sending(id, &edits).unwrap();
                arrive(name);
            }
        });
        // Several readers make it likely that a write happens between two of their reads.
        for _ in 0..READERS {
            scope.spawn(|| {
                while saved.load(Ordering::Acquire) < ROUNDS {
                    let already_saved = saved.load(Ordering::Acquire);
                    let (cached, edits) = store.profile_and_edits(id).unwrap();
                    let shown: u32 = cached.unwrap().profile.first_name.parse().unwrap();
                    assert!(
                        !edits.is_empty() || shown >= already_saved,
                        "{already_saved} was saved, but there is no edit and the profile has {shown}"
                    );
                }
            });
        }
    });
}
