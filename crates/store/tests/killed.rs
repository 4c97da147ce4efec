//! Kills a process at random moments: every acknowledged save must be complete afterwards.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

mod common;

use std::io::{BufRead, Write};
use std::time::Duration;

use common::{folder_from_parent, folder_with_an_account, start_other_process};
use lapel_domain::Field;
use lapel_store::{CachedProfile, Condition, Draft, DraftDocument, EditState, EditValue, NewEdit, Store};

/// How often the process is killed: `LAPEL_KILLS`, 200 by default.
fn rounds() -> u64 {
    std::env::var("LAPEL_KILLS").ok().map_or(200, |number| number.parse().unwrap())
}

fn cached(number: i64) -> CachedProfile {
    let document = format!(r#"{{"id":"u1","role":"user","first_name":"{number}"}}"#);
    CachedProfile { profile: serde_json::from_str(&document).unwrap(), etag: None, fetched_at: number }
}

const FIELDS: [Field; 3] = [Field::FirstName, Field::LastName, Field::Language];

/// Not a test, but the process that is killed. It saves consecutive numbers in all fields and prints each after its
/// save.
#[test]
fn saves_forever() {
    let Some(folder) = folder_from_parent() else { return };
    let store = Store::open(&folder, 0).store;
    let account = store.active_account().unwrap().unwrap().id;
    let saved = store.edits(account).unwrap();
    let mut number = saved.first().map_or(0, |edit| number_of(&edit.mine));
    loop {
        number += 1;
        store.store_profile(account, &cached(number)).unwrap();
        let draft = Draft {
            values: DraftDocument { first_name: Some(number.to_string()), ..Default::default() },
            saved_at: number,
        };
        store.store_draft(account, "profile", &draft).unwrap();
        // Long enough that one save changes many pages.
        let mine = EditValue::Text(format!("{number} {}", "x".repeat(3000)));
        let edits = FIELDS.map(|field| NewEdit { field, base: "base".into(), base_picture: None, mine: mine.clone() });
        store.save_edits(account, &number.to_string(), "profile", &edits, number).unwrap();
        writeln!(std::io::stdout(), "\nsaved {number}").unwrap();
        std::io::stdout().flush().unwrap();
    }
}

fn number_of(mine: &EditValue) -> i64 {
    let EditValue::Text(text) = mine else { panic!("{mine:?}") };
    assert!(text.len() > 3000, "{text:.20} is incomplete");
    text.split(' ').next().unwrap().parse().unwrap()
}

#[test]
fn every_acknowledged_edit_survives_being_killed() {
    let (folder, _file) = folder_with_an_account();
    let mut random = 0x2545_f491_4f6c_dd1d_u64 ^ u64::from(std::process::id());
    let mut random_below = |limit: u64| {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        random % limit
    };
    let mut killed_during_save = 0;
    for round in 0..rounds() {
        let (mut process, output) = start_other_process("saves_forever", folder.path());
        let mut reported =
            output.lines().map(Result::unwrap).filter_map(|line| line.strip_prefix("saved ")?.parse().ok());
        let mut acknowledged: Option<i64> = None;
        for _ in 0..=random_below(8) {
            acknowledged = reported.next();
            assert!(acknowledged.is_some(), "round {round}: the process ended before it was killed");
        }
        // A random moment, between two saves or within one.
        std::thread::sleep(Duration::from_micros(random_below(4000)));
        process.kill().unwrap();
        process.wait().unwrap();
        let acknowledged = reported.last().or(acknowledged).unwrap();

        let opened = Store::open(folder.path(), 0);
        assert_eq!(opened.condition, Condition::Sound, "round {round}");
        let account = opened.store.active_account().unwrap().unwrap().id;
        let edits = opened.store.edits(account).unwrap();
        assert_eq!(edits.iter().map(|edit| edit.field).collect::<Vec<_>>(), FIELDS, "round {round}");
        let saved = number_of(&edits[0].mine);
        for edit in &edits {
            assert_eq!(number_of(&edit.mine), saved, "round {round}: a save is only partly stored");
            assert_eq!((edit.save_id.as_str(), edit.made_at), (saved.to_string().as_str(), saved));
            assert_eq!((edit.base.as_str(), &edit.state, edit.in_flight), ("base", &EditState::Waiting, false));
        }
        assert!(saved == acknowledged || saved == acknowledged + 1, "round {round}: {saved} after {acknowledged}");
        let profile = opened.store.profile(account).unwrap().expect("a cached profile");
        assert!(
            (saved..=saved + 1).contains(&profile.fetched_at),
            "round {round}: {} after {saved}",
            profile.fetched_at
        );
        let draft = opened.store.draft(account, "profile").unwrap().map(|draft| draft.saved_at);
        assert!(draft.is_none() || draft == Some(saved + 1), "round {round}: the draft was not deleted by its save");
        killed_during_save += u64::from(saved != acknowledged || draft.is_some());
    }
    assert!(killed_during_save > 0, "the process was never killed during a save");
}
