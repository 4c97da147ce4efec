//! Signing in, signing out and starting the app, with the real sandbox.

use std::time::Duration;

use crate::common::people::assert_no_trace_of_owner;
use crate::common::{EDITOR, OWNER, PASSWORD, TestApp};
use lapel_core::VaultError;
use lapel_core::views::{
    DraftValues, ErrorCode, ProfileChanges, RoleReason, SessionState, SignOutScope, SyncState, TokenKeeping,
    TokenSignIn,
};
use lapel_testkit::proxy::{Fault, Proxy};

#[tokio::test(flavor = "multi_thread")]
async fn signing_in_shows_the_profile_and_saves_the_tokens_in_the_keyring() {
    let test = TestApp::signed_in(OWNER).await;
    let snapshot = test.app.snapshot();
    assert_eq!(snapshot.session, SessionState::SignedIn);
    assert_eq!(snapshot.token_keeping, TokenKeeping::Keyring);
    assert_eq!(snapshot.profile.unwrap().email, OWNER);
    assert_eq!(test.vault.entries.lock().unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn each_sign_in_failure_has_its_own_code() {
    let mut test = TestApp::new().await;
    let code = |outcome: Result<u64, lapel_core::views::AppError>| outcome.unwrap_err().code;
    assert_eq!(code(test.sign_in(OWNER, "wrong").await), ErrorCode::WrongCredentials);
    assert_eq!(code(test.sign_in("twofactor@example.com", PASSWORD).await), ErrorCode::TwoFactorRequired);
    let token = TokenSignIn { server: test.server(), token: "not-a-token".into() };
    assert_eq!(code(test.app.sign_in_with_token(token).await), ErrorCode::TokenRefused);
    let mut request = lapel_core::views::SignIn {
        server: "http://example.com".into(),
        email: OWNER.into(),
        password: PASSWORD.into(),
        two_factor_code: None,
    };
    assert_eq!(code(test.app.sign_in(request.clone()).await), ErrorCode::InvalidServer);
    request.server = format!("{}/elsewhere", test.server());
    assert_eq!(code(test.app.sign_in(request).await), ErrorCode::Missing);
    test.proxy = Some(Proxy::start(test.sandbox().address()).await.unwrap());
    test.proxy().next_on("POST", "/v1/auth/login", Fault::page(200));
    assert_eq!(code(test.sign_in(OWNER, PASSWORD).await), ErrorCode::Missing, "the address may belong to any server");
    test.proxy = None;
    test.stop_server().await;
    assert_eq!(code(test.sign_in(OWNER, PASSWORD).await), ErrorCode::Network);
    assert_eq!(test.app.snapshot().session, SessionState::SignedOut);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_next_start_shows_the_cached_profile_first_and_then_refreshes_it() {
    let mut test = TestApp::signed_in(OWNER).await;
    test.restart().await;
    let cached = test.app.snapshot();
    assert_eq!((cached.session, cached.sync.state), (SessionState::Starting, SyncState::Stale));
    assert_eq!(cached.profile.unwrap().email, OWNER);
    test.app.start().await;
    test.wait_until(|snapshot| snapshot.sync.state == SyncState::Fresh).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn offline_the_cached_profile_is_shown_and_the_state_is_waiting_for_network() {
    let mut test = TestApp::signed_in(OWNER).await;
    test.stop_server().await;
    test.restart().await;
    test.app.start().await;
    let snapshot = test.wait_until(|snapshot| snapshot.sync.state == SyncState::WaitingForNetwork).await;
    assert_eq!(snapshot.session, SessionState::SignedIn);
    assert_eq!(snapshot.profile.unwrap().first_name, "Olivia");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_locked_absent_or_emptied_keyring_has_its_own_state_and_the_cache_stays() {
    for (failure, expected) in [
        (Some(VaultError::Locked), SessionState::KeyringLocked),
        (Some(VaultError::Absent), SessionState::KeyringAbsent),
        (None, SessionState::TokenLost),
    ] {
        let mut test = TestApp::signed_in(OWNER).await;
        match &failure {
            Some(failure) => *test.vault.failure.lock().unwrap() = Some(failure.clone()),
            None => test.vault.entries.lock().unwrap().clear(),
        }
        test.restart().await;
        test.app.start().await;
        let snapshot = test.app.snapshot();
        assert_eq!(snapshot.session, expected);
        assert!(snapshot.profile.is_some(), "{failure:?}: the cached profile is still readable");
        if expected == SessionState::KeyringLocked {
            *test.vault.failure.lock().unwrap() = None;
            test.app.retry_keyring().await.unwrap();
            test.wait_until(|snapshot| snapshot.sync.state == SyncState::Fresh).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_keyring_the_tokens_stay_in_memory_and_the_snapshot_shows_it() {
    let test = TestApp::new().await;
    *test.vault.failure.lock().unwrap() = Some(VaultError::Absent);
    test.sign_in(OWNER, PASSWORD).await.unwrap();
    assert_eq!(test.app.snapshot().token_keeping, TokenKeeping::Memory);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_was_in_memory_only_is_not_said_to_be_missing_from_the_keyring() {
    let mut test = TestApp::new().await;
    // Such a keyring can be read, but has no place for new entries.
    *test.vault.failure.lock().unwrap() = Some(VaultError::NotSetUp);
    test.sign_in(OWNER, PASSWORD).await.unwrap();
    *test.vault.failure.lock().unwrap() = None;
    test.restart().await;
    test.app.start().await;
    assert_eq!(test.app.snapshot().session, SessionState::TokenNotKept);
    // Once the tokens are in the keyring, an empty one is a loss again.
    *test.vault.failure.lock().unwrap() = Some(VaultError::NotSetUp);
    test.sign_in(OWNER, PASSWORD).await.unwrap();
    *test.vault.failure.lock().unwrap() = None;
    test.app.retry_keyring().await.unwrap();
    assert_eq!(test.app.snapshot().token_keeping, TokenKeeping::Keyring);
    test.vault.entries.lock().unwrap().clear();
    test.restart().await;
    test.app.start().await;
    assert_eq!(test.app.snapshot().session, SessionState::TokenLost);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_expired_session_keeps_unsent_edits_and_sends_them_after_the_next_sign_in() {
    let test = TestApp::signed_in(OWNER).await;
    test.sandbox().end_all_sessions().await.unwrap();
    let changes = ProfileChanges { first_name: Some("Olga".into()), ..Default::default() };
    test.app.save_profile(changes).await.unwrap();
    let snapshot = test.wait_until(|snapshot| snapshot.session == SessionState::Expired).await;
    assert_eq!((snapshot.sync.state, snapshot.sync.unsent), (SyncState::SignedOut, 1));
    test.sign_in(OWNER, PASSWORD).await.unwrap();
    test.wait_until(|snapshot| snapshot.sync.state == SyncState::Fresh && snapshot.sync.unsent == 0).await;
    assert_eq!(test.other_client(OWNER).await.profile().await["firstName"], "Olga");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_late_sign_in_response_does_not_replace_a_newer_profile() {
    let test = TestApp::signed_in_through_proxy(OWNER).await;
    let mark = test.proxy().mark();
    test.proxy().next_on("POST", "/v1/auth", Fault::Latency(Duration::from_secs(1)));
    let saved = async {
        test.proxy().wait_for(mark, "POST", "/v1/auth").await.unwrap();
        let name = ProfileChanges { first_name: Some("Olga".into()), ..Default::default() };
        test.app.save_profile(name).await.unwrap();
        test.wait_until(|snapshot| snapshot.edits.is_empty() && snapshot.sync.state == SyncState::Fresh).await;
        // Block the next read, so that the profile checked below comes from the cache.
        test.proxy().next_on("GET", "/v1/users/profile", Fault::Stall);
    };
    let (signed_in, ()) = tokio::join!(test.sign_in(OWNER, PASSWORD), saved);
    signed_in.unwrap();
    assert_eq!(test.app.snapshot().profile.unwrap().first_name, "Olga");
}

#[tokio::test(flavor = "multi_thread")]
async fn another_person_who_signs_in_gets_none_of_the_edits() {
    let test = TestApp::signed_in(OWNER).await;
    test.sandbox().end_all_sessions().await.unwrap();
    let changes = ProfileChanges { first_name: Some("Olga".into()), ..Default::default() };
    test.app.save_profile(changes).await.unwrap();
    let expired = test.wait_until(|snapshot| snapshot.session == SessionState::Expired).await;
    let reason = expired.profile.unwrap().role.reason;
    assert_eq!(reason, Some(RoleReason::SignedOut), "signing in helps, not the connection");
    test.sign_in(EDITOR, PASSWORD).await.unwrap();
    let snapshot = test.wait_until(|snapshot| snapshot.sync.state == SyncState::Fresh).await;
    assert_eq!((snapshot.sync.unsent, snapshot.profile.unwrap().first_name.as_str()), (0, "Edith"));
    assert_eq!(test.other_client(OWNER).await.profile().await["firstName"], "Olivia");
    test.sign_in(OWNER, PASSWORD).await.unwrap();
    test.wait_until(|snapshot| snapshot.sync.state == SyncState::Fresh && snapshot.sync.unsent == 0).await;
    assert_eq!(
        test.other_client(OWNER).await.profile().await["firstName"],
        "Olga",
        "the edit was stored for its own account"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn sign_out_asks_about_unsent_edits_and_removes_all_data_even_offline() {
    let mut test = TestApp::signed_in(OWNER).await;
    test.stop_server().await;
    let changes = ProfileChanges { first_name: Some("Olga-Zyx".into()), ..Default::default() };
    test.app.save_profile(changes).await.unwrap();
    let refused = test.app.sign_out(SignOutScope::ThisAccount, false).await.unwrap_err();
    assert_eq!((refused.code, refused.details.count), (ErrorCode::UnsentEdits, Some(1)));
    test.app.sign_out(SignOutScope::ThisAccount, true).await.unwrap();
    let snapshot = test.app.snapshot();
    assert_eq!(snapshot.session, SessionState::SignedOut);
    assert!(snapshot.profile.is_none() && snapshot.edits.is_empty() && snapshot.account.is_none());
    assert!(test.vault.entries.lock().unwrap().is_empty());
    assert_no_trace_of_owner(test.folder.path());
}

#[tokio::test(flavor = "multi_thread")]
async fn sign_out_asks_about_typed_values_and_counts_a_field_once() {
    let mut test = TestApp::signed_in(OWNER).await;
    test.stop_server().await;
    let changes = ProfileChanges { first_name: Some("Olga".into()), ..Default::default() };
    test.app.save_profile(changes).await.unwrap();
    let (first_name, role) = (Some("Olena".into()), Some("user".into()));
    let draft = DraftValues { first_name, last_name: Some("Typed".into()), role, ..Default::default() };
    test.app.keep_draft(draft).await.unwrap();
    let refused = test.app.sign_out(SignOutScope::ThisAccount, false).await.unwrap_err();
    assert_eq!((refused.code, refused.details.count), (ErrorCode::UnsentEdits, Some(3)));
    test.app.sign_out(SignOutScope::ThisAccount, true).await.unwrap();
    assert_eq!(test.app.snapshot().session, SessionState::SignedOut);
}

#[tokio::test(flavor = "multi_thread")]
async fn sign_out_ends_the_session_on_the_server() {
    let test = TestApp::signed_in(OWNER).await;
    test.app.sign_out(SignOutScope::ThisAccount, false).await.unwrap();
    assert!(test.sandbox().requests().iter().any(|(method, path)| method == "POST" && path == "/v1/auth/logout"));
}
