//! Several accounts on one computer, and starts and sign-outs with a failing keyring, database or demo server.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::common::{EDITOR, OWNER, PASSWORD, TestApp, TestVault, all_sent, config};
use lapel_core::views::{
    DraftValues, ErrorCode, InterfaceLanguage, LanguagePreference, PictureChoice, ProfileChanges, ProfileField,
    SessionState, SignOutScope, StorageState, SyncState, TokenKeeping, UnsentWork,
};
use lapel_core::{App, VaultError};
use lapel_testkit::proxy::Fault;
use lapel_testkit::search::files_with;

#[tokio::test(flavor = "multi_thread")]
async fn accounts_can_be_switched_without_signing_in_again() {
    let mut test = TestApp::signed_in(OWNER).await;
    test.app.leave_account().await.unwrap();
    let after_leaving = test.app.snapshot();
    assert_eq!((after_leaving.session, after_leaving.account), (SessionState::SignedOut, None));
    test.sign_in(EDITOR, PASSWORD).await.unwrap();
    test.wait_until(|snapshot| snapshot.sync.state == SyncState::Fresh).await;
    test.restart().await;
    test.app.start().await;
    let others = test.app.snapshot().other_accounts;
    let [owner] = others.as_slice() else { panic!("{others:?}") };
    assert_eq!(owner.email, OWNER);
    test.app.switch_account(owner.id).await.unwrap();
    let snapshot = test.wait_until(|snapshot| snapshot.sync.state == SyncState::Fresh).await;
    assert_eq!(snapshot.profile.unwrap().first_name, "Olivia");
    assert_eq!(snapshot.other_accounts.iter().map(|other| other.email.as_str()).collect::<Vec<_>>(), [EDITOR]);
}

#[tokio::test(flavor = "multi_thread")]
async fn other_accounts_are_listed_in_a_fixed_order_with_name_picture_and_unsent_changes() {
    let mut test = TestApp::signed_in_through_proxy(OWNER).await;
    let photo = std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/../../icons/512x512.png")).unwrap();
    let choice = PictureChoice::Held { id: test.prepare_picture(photo).await.picture.id };
    test.app.save_profile(ProfileChanges { picture: Some(choice), ..Default::default() }).await.unwrap();
    let picture = test.wait_until(all_sent).await.profile.unwrap().picture.unwrap();
    test.app.picture(&picture.id).await.unwrap();
    test.proxy().always(Fault::Offline).await;
    let changes = ProfileChanges { first_name: Some("Olga".into()), language: Some("es".into()), ..Default::default() };
    test.app.save_profile(changes).await.unwrap();
    let of_owner = test.app.snapshot().account.unwrap();
    assert_eq!((of_owner.full_name.as_str(), of_owner.initials.as_str(), of_owner.unsent), ("Olga Owner", "OO", 2));
    assert_eq!(of_owner.picture.as_ref(), Some(&picture));

    test.app.leave_account().await.unwrap();
    assert_eq!(test.app.snapshot().other_accounts, std::slice::from_ref(&of_owner), "on the sign-in page");
    test.app.picture(&picture.id).await.expect("a picture of an inactive account comes from the disk");
    test.proxy().always(Fault::Pass).await;
    test.sign_in(EDITOR, PASSWORD).await.unwrap();
    test.wait_until(|snapshot| snapshot.sync.state == SyncState::Fresh).await;
    assert_eq!(test.app.snapshot().other_accounts, std::slice::from_ref(&of_owner), "after another sign-in");
    let mark = test.proxy().mark();
    test.app.picture(&picture.id).await.unwrap();
    assert_eq!(test.proxy().requests(mark).len(), 0, "the session of one account reads no picture of another");

    let editor = test.app.snapshot().account.unwrap();
    assert!(of_owner.id < editor.id);
    test.proxy().always(Fault::Offline).await;
    test.app.switch_account(of_owner.id).await.unwrap();
    let snapshot = test.app.snapshot();
    assert_eq!((snapshot.account.unwrap().unsent, snapshot.other_accounts), (2, vec![editor.clone()]));
    test.restart().await;
    assert_eq!(test.app.snapshot().other_accounts, [editor], "after a restart");
}

/// Waits until the keyring has no entry, which a start removes in the background.
async fn keyring_is_emptied(test: &TestApp) {
    let emptied = async {
        while !test.vault.entries.lock().unwrap().is_empty() {
            tokio::task::yield_now().await
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(5), emptied).await.expect("no entry is left");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_left_in_a_locked_keyring_is_reported_and_removed_at_the_next_start() {
    let mut test = TestApp::signed_in(OWNER).await;
    *test.vault.failure.lock().unwrap() = Some(VaultError::Locked);
    assert_eq!(test.app.sign_out(SignOutScope::ThisAccount, false).await.unwrap_err().code, ErrorCode::TokenLeft);
    assert_eq!(test.app.snapshot().session, SessionState::SignedOut, "the rest of the sign-out succeeds");
    assert_eq!(test.vault.entries.lock().unwrap().len(), 1);
    *test.vault.failure.lock().unwrap() = None;
    test.restart().await;
    test.app.start().await;
    keyring_is_emptied(&test).await;
}

/// Two accounts with unsent changes: the editor has saved one, and the owner, who is active, has typed one.
async fn two_accounts_with_unsent_work() -> TestApp {
    let test = TestApp::signed_in_through_proxy(EDITOR).await;
    test.proxy().always_on("PUT", "/v1/users", Fault::status(503));
    let first_name = ProfileChanges { first_name: Some("Eda-Zyx".into()), ..Default::default() };
    test.app.save_profile(first_name).await.unwrap();
    test.app.leave_account().await.unwrap();
    test.sign_in(OWNER, PASSWORD).await.unwrap();
    test.app.keep_draft(DraftValues { last_name: Some("Typed-Zyx".into()), ..Default::default() }).await.unwrap();
    test
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_out_of_all_accounts_names_what_is_lost_and_removes_everything() {
    let mut test = two_accounts_with_unsent_work().await;
    let named = |work: Vec<UnsentWork>| work.into_iter().map(|work| work.fields).collect::<Vec<_>>();
    let own = named(test.app.unsent_work(SignOutScope::ThisAccount).await.unwrap());
    assert_eq!(own, [[ProfileField::LastName]]);
    let all = named(test.app.unsent_work(SignOutScope::AllAccounts).await.unwrap());
    assert_eq!(all, [[ProfileField::LastName], [ProfileField::FirstName]], "the active account first");
    let refused = test.app.sign_out(SignOutScope::AllAccounts, false).await.unwrap_err();
    assert_eq!((refused.code, refused.details.count), (ErrorCode::UnsentEdits, Some(2)));
    assert_eq!(test.app.snapshot().other_accounts.len(), 1, "nothing was done");

    let mark = test.proxy().mark();
    test.app.sign_out(SignOutScope::AllAccounts, true).await.unwrap();
    let snapshot = test.app.snapshot();
    assert_eq!((snapshot.session, snapshot.other_accounts), (SessionState::SignedOut, Vec::new()));
    assert!(test.vault.entries.lock().unwrap().is_empty());
    let requests = test.proxy().requests(mark);
    assert_eq!(requests.iter().filter(|request| request.path == "/v1/auth/logout").count(), 2);
    test.restart().await;
    assert_eq!(test.app.snapshot().other_accounts, []);
    assert_eq!(files_with(test.folder.path(), &["Eda-Zyx", "Typed-Zyx", EDITOR, OWNER]).unwrap(), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_out_of_all_accounts_also_ends_the_session_of_an_account_that_was_not_used_since_the_start() {
    let mut test = two_accounts_with_unsent_work().await;
    test.restart().await;
    test.app.start().await;
    let mark = test.proxy().mark();
    test.app.sign_out(SignOutScope::AllAccounts, true).await.unwrap();
    assert!(test.vault.entries.lock().unwrap().is_empty());
    let both = async {
        while test.proxy().requests(mark).iter().filter(|request| request.path == "/v1/auth/logout").count() < 2 {
            tokio::task::yield_now().await
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(5), both).await.expect("both sessions are ended");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_token_of_the_former_account_that_cannot_be_removed_is_removed_at_a_later_start() {
    let mut test = TestApp::signed_in(OWNER).await;
    *test.vault.failure.lock().unwrap() = Some(VaultError::Locked);
    test.sign_in(EDITOR, PASSWORD).await.unwrap();
    *test.vault.failure.lock().unwrap() = None;
    assert_eq!(test.vault.entries.lock().unwrap().len(), 1, "the owner's token is still there");
    test.restart().await;
    test.app.start().await;
    keyring_is_emptied(&test).await;
    assert_eq!(test.app.snapshot().other_accounts.len(), 1, "the owner's data stays");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_renewed_token_that_cannot_be_saved_is_reported() {
    let test = TestApp::signed_in(OWNER).await;
    *test.vault.failure.lock().unwrap() = Some(VaultError::Locked);
    test.sandbox().expire_access_tokens().await.unwrap();
    test.app.refresh();
    test.wait_until(|snapshot| snapshot.token_keeping == TokenKeeping::Memory).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_running_sign_in_can_be_cancelled() {
    let test = TestApp::signed_in_through_proxy(OWNER).await;
    test.app.sign_out(SignOutScope::ThisAccount, false).await.unwrap();
    test.proxy().next_on("POST", "/v1/auth/login", Fault::Stall);
    let mark = test.proxy().mark();
    let (refused, ()) = tokio::join!(test.sign_in(OWNER, PASSWORD), async {
        test.proxy().wait_for(mark, "POST", "/v1/auth/login").await.unwrap();
        test.app.cancel_sign_in();
    });
    assert_eq!(refused.unwrap_err().code, ErrorCode::Cancelled);
    assert_eq!(test.app.snapshot().session, SessionState::SignedOut);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_demo_server_starts_only_with_the_app_and_a_failed_start_is_retried_at_sign_in() {
    let (folder, starts) = (tempfile::tempdir().unwrap(), Arc::new(AtomicUsize::new(0)));
    let counted = Arc::clone(&starts);
    let start_sandbox: lapel_core::StartSandbox = Arc::new(move || {
        counted.fetch_add(1, Ordering::Relaxed);
        Box::pin(async { Err("not in this test".to_owned()) })
    });
    let app = App::open(lapel_core::Config { start_sandbox, ..config(folder.path(), &TestVault::default()) });
    assert_eq!(starts.load(Ordering::Relaxed), 0);
    app.start().await;
    assert_eq!(starts.load(Ordering::Relaxed), 1);
    let request = lapel_core::views::SignIn {
        server: "sandbox".into(),
        email: OWNER.into(),
        password: PASSWORD.into(),
        two_factor_code: None,
    };
    assert_eq!(app.sign_in(request).await.unwrap_err().code, ErrorCode::SandboxFailed);
    assert_eq!(starts.load(Ordering::Relaxed), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn with_a_database_of_a_newer_version_the_app_reads_from_the_server_and_saves_nothing() {
    let mut test = TestApp::new().await;
    test.app = App::open(config(tempfile::tempdir().unwrap().path(), &test.vault));
    let file = test.folder.path().join("lapel.db");
    // Bytes 60 to 63 of the SQLite header: `user_version`, big-endian.
    let mut bytes = std::fs::read(&file).unwrap();
    bytes[60..64].copy_from_slice(&999_u32.to_be_bytes());
    std::fs::write(&file, &bytes).unwrap();
    test.app = App::open(config(test.folder.path(), &test.vault));
    assert_eq!(test.app.snapshot().storage, StorageState::Newer);
    test.sign_in(OWNER, PASSWORD).await.unwrap();
    let snapshot = test.wait_until(|snapshot| snapshot.profile.is_some()).await;
    assert_eq!(snapshot.sync.state, SyncState::StorageFailed);
    let changes = ProfileChanges { first_name: Some("Olga".into()), ..Default::default() };
    assert_eq!(test.app.save_profile(changes).await.unwrap_err().code, ErrorCode::SavingDisabled);
    assert_eq!(std::fs::read(&file).unwrap(), bytes, "the database is unchanged");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_interface_language_comes_from_the_preference_then_the_profile_then_the_system() {
    let test = TestApp::new().await;
    let folder = tempfile::tempdir().unwrap();
    let spanish = lapel_core::Config { system_language: "es-MX".into(), ..config(folder.path(), &test.vault) };
    let test = TestApp { app: App::open(spanish), ..test };
    let language = |tag: &str| InterfaceLanguage::parse(tag).unwrap();
    assert_eq!(test.app.snapshot().interface_language, language("es"));
    test.sign_in(OWNER, PASSWORD).await.unwrap();
    test.wait_until(|snapshot| snapshot.interface_language == language("en")).await;
    let mut preferences = test.app.preferences();
    preferences.language = LanguagePreference::Fixed(language("es"));
    test.app.set_preferences(preferences);
    assert_eq!(test.app.snapshot().interface_language, language("es"));
}
