//! The history of role changes.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

use lapel_domain::{Organization, RoleKind};
use lapel_store::{RoleChange, Store};

fn change(at: i64, name: &str, organization: &str, kind: RoleKind, outcome: &str) -> RoleChange {
    RoleChange {
        at,
        organization: organization.into(),
        collaborator: format!("id-of-{name}"),
        name: name.into(),
        email: format!("{}@example.com", name.chars().next().unwrap().to_lowercase()),
        kind,
        old: "viewer".into(),
        new: "editor".into(),
        outcome: outcome.into(),
        batch: (at > 1).then(|| "batch".into()),
    }
}

fn changes() -> [RoleChange; 3] {
    [
        change(1, "Zoë Núñez", "acme", RoleKind::Team, "changed"),
        change(2, "Adam", "acme", RoleKind::User, "forbidden"),
        change(2, "Łukasz", "other", RoleKind::Team, "changed"),
    ]
}

#[test]
fn changes_are_read_after_a_restart_newest_first() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path(), 0).store;
    let account = store.sign_in("sandbox", "u1", "owner@example.com", false).unwrap().id;
    for change in changes() {
        store.record_role_change(account, &change).unwrap();
    }
    drop(store);
    let store = Store::open(folder.path(), 0).store;
    let [zoe, adam, lukasz] = changes();
    assert_eq!(store.role_history(account, None, "").unwrap(), [lukasz.clone(), adam.clone(), zoe.clone()]);
    assert_eq!(store.role_history(account, Some("acme"), "").unwrap(), [adam, zoe]);
    assert_eq!(store.role_history(account, Some("other"), " ").unwrap(), [lukasz]);
}

#[test]
fn search_covers_names_and_roles_and_ignores_case_and_accents() {
    let store = Store::in_memory();
    let account = store.sign_in("sandbox", "u1", "owner@example.com", false).unwrap().id;
    for change in changes() {
        store.record_role_change(account, &change).unwrap();
    }
    for (text, names) in [
        ("nunez", vec!["Zoë Núñez"]),
        (" ZOË ", vec!["Zoë Núñez"]),
        ("lukasz", vec!["Łukasz"]),
        ("id-of-adam", vec![]),
        ("A@example", vec!["Adam"]),
        ("EDITOR", vec!["Łukasz", "Adam", "Zoë Núñez"]),
        ("forbidden", vec![]),
        ("%", vec![]),
        ("adam viewer", vec![]),
        ("Núñez, Zoë", vec!["Zoë Núñez"]),
        ("\"Zoë Núñez\" ", vec!["Zoë Núñez"]),
    ] {
        let found = store.role_history(account, None, text).unwrap();
        assert_eq!(found.iter().map(|change| change.name.as_str()).collect::<Vec<_>>(), names, "{text:?}");
    }
}

#[test]
fn the_history_is_removed_with_the_account_but_not_with_the_organization() {
    let store = Store::in_memory();
    let account = store.sign_in("sandbox", "u1", "owner@example.com", false).unwrap().id;
    let other = store.sign_in("sandbox", "u2", "other@example.com", false).unwrap().id;
    let acme = Organization { id: "acme".into(), name: None, slug: None, picture: None };
    store.store_organizations(account, &[acme], 1).unwrap();
    let [zoe, adam, _] = changes();
    store.record_role_change(account, &zoe).unwrap();
    store.record_role_change(other, &adam).unwrap();
    store.store_organizations(account, &[], 2).unwrap();
    assert_eq!(store.role_history(account, None, "").unwrap(), [zoe]);
    store.remove_account(account).unwrap();
    assert_eq!(store.role_history(account, None, "").unwrap(), []);
    assert_eq!(store.role_history(other, None, "").unwrap(), [adam]);
}
