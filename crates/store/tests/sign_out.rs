//! Signing out when the process ends before it is complete: the wish is on the disk, and the rest is removed later.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

mod common;

use common::folder_with_an_account;
use lapel_store::{CachedPicture, Store};

#[test]
fn an_account_whose_sign_out_has_begun_is_not_read_any_more_and_is_removed_later_with_its_pictures() {
    let (folder, _) = folder_with_an_account();
    let store = Store::open(folder.path(), 0).store;
    let other = store.sign_in("sandbox", "u2", "other@example.com", false).unwrap();
    let account = store.sign_in("sandbox", "u1", "owner@example.com", false).unwrap();
    let picture = CachedPicture { mime: "image/png".into(), bytes: vec![1] };
    store.cache_picture(account.id, "ab", &picture, 0).unwrap();
    store.store_local_picture(account.id, "p", "image/png", &[2]).unwrap();
    store.begin_sign_out([(account.id, "sandbox u1")].into_iter()).unwrap();
    drop(store);

    let store = Store::open(folder.path(), 0).store;
    assert_eq!(store.active_account().unwrap(), None);
    let others: Vec<_> = store.accounts().unwrap().into_iter().map(|account| account.id).collect();
    assert_eq!(others, [other.id]);
    assert_eq!(store.left_keyring_entries().unwrap(), ["sandbox u1"]);
    store.remove_signed_out_accounts().unwrap();
    assert_eq!(store.local_picture(account.id, "p").unwrap(), None);
    assert!(!store.picture_file("ab").unwrap().exists());
    assert_eq!(store.accounts().unwrap().len(), 1, "the other account stays");
    assert_eq!(store.left_keyring_entries().unwrap(), ["sandbox u1"], "removing the data does not remove the entry");
    store.forget_left_keyring_entry("sandbox u1").unwrap();
    assert_eq!(store.left_keyring_entries().unwrap(), Vec::<String>::new());
}

#[test]
fn a_sign_in_during_an_unfinished_sign_out_begins_without_the_former_data() {
    let (folder, _) = folder_with_an_account();
    let store = Store::open(folder.path(), 0).store;
    let former = store.active_account().unwrap().unwrap();
    store.store_local_picture(former.id, "p", "image/png", &[2]).unwrap();
    store.begin_sign_out([(former.id, "sandbox u1")].into_iter()).unwrap();
    let account = store.sign_in("sandbox", "u1", "owner@example.com", false).unwrap();
    assert_ne!(account.id, former.id, "pictures and drafts are read by this id");
    assert_eq!(store.local_picture(former.id, "p").unwrap(), None);
    store.remove_signed_out_accounts().unwrap();
    assert_eq!(store.active_account().unwrap(), Some(account));
}

#[test]
fn a_kept_page_is_found_by_its_key_only_and_goes_with_its_account() {
    let (folder, _) = folder_with_an_account();
    let store = Store::open(folder.path(), 0).store;
    let account = store.active_account().unwrap().unwrap().id;
    store.store_first_page(account, "k1", "one").unwrap();
    store.store_first_page(account, "k2", "two").unwrap();
    assert_eq!(store.first_page(account, "k2").unwrap().as_deref(), Some("two"));
    assert_eq!(store.first_page(account, "k1").unwrap(), None, "an account has one page");

    store.begin_sign_out([(account, "entry")].into_iter()).unwrap();
    store.store_first_page(account, "k3", "late").unwrap();
    assert_eq!(store.first_page(account, "k3").unwrap(), None, "nothing is kept after the sign-out has begun");
    store.remove_signed_out_accounts().unwrap();
    assert_eq!(store.first_page(account, "k2").unwrap(), None);
}
