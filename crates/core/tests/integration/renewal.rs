//! Session renewal with the real sandbox. Covers the effect of each outcome, and checks that no usable token pair is
//! lost.

use std::time::Duration;

use crate::common::{EDITOR, OWNER, PASSWORD, TestApp, TestVault};
use lapel_api::{Endpoint, Http, Secret, Timeouts, Tokens, login};
use lapel_core::views::{DraftValues, ProfileChanges, SessionState, SignOutScope, Snapshot, SyncState, TokenKeeping};
use lapel_core::{Backoff, Vault, VaultError};
use lapel_testkit::proxy::{FakeResponse, Fault};

const REFRESH: (&str, &str) = ("POST", "/v1/auth/refresh");

/// Signs in through a proxy, with short waits between retries.
async fn signed_in() -> TestApp {
    let mut test = TestApp::signed_in_through_proxy(OWNER).await;
    let backoff = Backoff { first: Duration::from_millis(20), max: Duration::from_millis(100) };
    test.restart_with(|config| config.backoff = backoff).await;
    test.app.start().await;
    test.wait_until(|snapshot| snapshot.sync.state == SyncState::Fresh).await;
    test
}

impl TestApp {
    /// Applies `fault` to the next renewal.
    fn next_renewal(&self, fault: Fault) {
        self.proxy().next_on(REFRESH.0, REFRESH.1, fault);
    }

    /// Makes the server refuse the current access token, and triggers a request.
    async fn trigger_renewal(&self) {
        self.sandbox().expire_access_tokens().await.unwrap();
        self.app.refresh();
    }

    /// Saves a first name and stores a draft of a last name.
    async fn save_and_type(&self) {
        let changes = ProfileChanges { first_name: Some("Olga".into()), ..ProfileChanges::default() };
        self.app.save_profile(changes).await.unwrap();
        let draft = DraftValues { last_name: Some("Typed".into()), ..DraftValues::default() };
        self.app.keep_draft(draft).await.unwrap();
    }

    async fn wait_until_expired(&self) -> Snapshot {
        self.wait_until(|snapshot| snapshot.session == SessionState::Expired).await
    }

    async fn wait_until_sent(&self) -> Snapshot {
        self.wait_until(|snapshot| snapshot.sync.state == SyncState::Fresh && snapshot.sync.unsent == 0).await
    }

    /// The only entry of the keyring.
    fn entry(&self) -> String {
        let entries = self.vault.entries.lock().unwrap();
        assert_eq!(entries.len(), 1);
        entries.values().next().unwrap().clone()
    }

    fn renewal_count(&self, since: lapel_testkit::proxy::Mark) -> usize {
        let is_renewal = |request: &&lapel_testkit::proxy::Request| request.path.starts_with(REFRESH.1);
        self.proxy().requests(since).iter().filter(is_renewal).count()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_lost_response_the_old_pair_is_retried_and_its_refusal_expires_the_session() {
    let test = signed_in().await;
    let (mark, before) = (test.proxy().mark(), test.entry());
    test.next_renewal(Fault::ResetAfter);
    test.sandbox().expire_access_tokens().await.unwrap();
    test.save_and_type().await;
    let snapshot = test.wait_until_expired().await;
    assert_eq!((snapshot.sync.state, snapshot.sync.unsent), (SyncState::SignedOut, 1));
    assert_eq!(snapshot.profile.unwrap().email, OWNER, "the profile stays visible");
    assert_eq!((test.renewal_count(mark), test.entry()), (2, before));
    test.sign_in(OWNER, PASSWORD).await.unwrap();
    test.wait_until_sent().await;
    assert_eq!(test.other_client(OWNER).await.profile().await["firstName"], "Olga");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_pair_saved_by_a_second_process_is_used_without_a_new_sign_in() {
    let test = signed_in().await;
    let endpoint = Endpoint::parse(&test.server()).unwrap();
    let http = Http::new(Timeouts::default()).unwrap();
    let (other_pair, _) = login(&http, &endpoint, OWNER, &Secret::new(PASSWORD.into()), None, None).await.unwrap();
    *test.vault.entries.lock().unwrap().values_mut().next().unwrap() = other_pair.to_stored().expose().to_owned();
    let mark = test.proxy().mark();
    test.next_renewal(Fault::ResetAfter);
    test.sandbox().expire_access_tokens().await.unwrap();
    test.save_and_type().await;
    let snapshot =
        test.wait_until(|snapshot| snapshot.sync.unsent == 0 || snapshot.session == SessionState::Expired).await;
    assert_eq!(snapshot.session, SessionState::SignedIn);
    assert_eq!(test.renewal_count(mark), 3, "the app's own pair twice, the other pair once");
    assert_ne!(test.entry(), other_pair.to_stored().expose());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failed_renewal_ends_the_session_or_is_retried_with_the_same_pair() {
    let refused = |status, code| Fault::refused(status, code, "No");
    let page = |status| Fault::Respond(FakeResponse::page(status));
    let final_faults =
        [refused(401, 4011), refused(400, 4011), refused(400, 5000), refused(403, 4003), refused(404, 9999)];
    let temporary_faults = [
        (refused(408, 9999), 2),
        (refused(429, 9999), 2),
        (refused(503, 4011), 2),
        (Fault::status(503), 2),
        (page(200), 2),
        (page(401), 2),
        (page(403), 2),
        (page(404), 2),
        (Fault::Json("{}".into()), 2),
        (Fault::ResetBefore, 2),
    ];
    for fault in final_faults {
        let test = signed_in().await;
        let mark = test.proxy().mark();
        test.next_renewal(fault.clone());
        test.trigger_renewal().await;
        test.wait_until_expired().await;
        assert_eq!(test.renewal_count(mark), 1, "{fault:?}");
    }
    let test = signed_in().await;
    for (fault, renewal_count) in temporary_faults {
        let (mark, before) = (test.proxy().mark(), test.entry());
        test.next_renewal(fault.clone());
        test.sandbox().expire_access_tokens().await.unwrap();
        let name = ProfileChanges { first_name: Some(format!("After {renewal_count}")), ..ProfileChanges::default() };
        test.app.save_profile(name).await.unwrap();
        let expired = |snapshot: &Snapshot| snapshot.session == SessionState::Expired;
        let snapshot = test
            .wait_until(|snapshot| {
                expired(snapshot) || (snapshot.sync.state == SyncState::Fresh && snapshot.edits.is_empty())
            })
            .await;
        assert_eq!(snapshot.session, SessionState::SignedIn, "{fault:?}");
        assert_eq!(test.renewal_count(mark), renewal_count, "{fault:?}");
        assert_ne!(test.entry(), before);
        test.other_client(OWNER).await.put(serde_json::json!({ "firstName": "Olivia" })).await;
        test.app.refresh();
        test.wait_until(|snapshot| snapshot.profile.as_ref().is_some_and(|profile| profile.first_name == "Olivia"))
            .await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_left_during_its_renewal_gets_the_new_pair_in_its_own_entry() {
    let mut test = signed_in().await;
    let (mark, before) = (test.proxy().mark(), test.entry());
    test.next_renewal(Fault::Latency(Duration::from_secs(1)));
    test.trigger_renewal().await;
    test.proxy().wait_for(mark, REFRESH.0, REFRESH.1).await.unwrap();
    let owner = test.vault.entries.lock().unwrap().keys().next().unwrap().clone();
    test.app.leave_account().await.unwrap();
    test.sign_in(EDITOR, PASSWORD).await.unwrap();
    test.wait_until_sent().await;
    let editor = test.vault.entries.lock().unwrap().iter().find(|(name, _)| **name != owner).unwrap().1.clone();
    test.app.finish().await;
    assert_eq!(test.renewal_count(mark), 1);
    let entries = test.vault.entries.lock().unwrap().clone();
    assert_ne!(entries[&owner], before, "the new pair is saved although no request waits for it");
    assert!(entries.len() == 2 && entries.values().any(|entry| *entry == editor));
    test.restart().await;
    test.app.start().await;
    let other = test.app.snapshot().other_accounts[0].id;
    test.app.switch_account(other).await.unwrap();
    let snapshot = test.wait_until_sent().await;
    assert_eq!((snapshot.profile.unwrap().email.as_str(), test.renewal_count(mark)), (OWNER, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_left_and_reopened_during_its_renewal_is_renewed_once() {
    let test = signed_in().await;
    let mark = test.proxy().mark();
    test.next_renewal(Fault::Latency(Duration::from_secs(1)));
    test.trigger_renewal().await;
    test.proxy().wait_for(mark, REFRESH.0, REFRESH.1).await.unwrap();
    test.app.leave_account().await.unwrap();
    let owner = test.app.snapshot().other_accounts[0].id;
    test.app.switch_account(owner).await.unwrap();
    let snapshot = test.wait_until_sent().await;
    assert_eq!((snapshot.session, test.renewal_count(mark)), (SessionState::SignedIn, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn closing_the_app_waits_for_a_renewal() {
    let mut test = signed_in().await;
    let (mark, before) = (test.proxy().mark(), test.entry());
    test.next_renewal(Fault::Latency(Duration::from_secs(1)));
    test.trigger_renewal().await;
    test.proxy().wait_for(mark, REFRESH.0, REFRESH.1).await.unwrap();
    test.app.finish().await;
    assert_ne!(test.entry(), before);
    test.restart().await;
    test.app.start().await;
    test.wait_until_sent().await;
    assert_eq!(test.renewal_count(mark), 1);
}

/// A keyring whose drop is observable: its channel closes when the last copy is dropped.
struct DropWatchedVault {
    vault: TestVault,
    _drop_signal: tokio::sync::mpsc::Sender<()>,
}

impl Vault for DropWatchedVault {
    fn get(&mut self, name: &str) -> Result<Option<Secret>, VaultError> {
        self.vault.get(name)
    }

    fn set(&mut self, name: &str, secret: &Secret) -> Result<(), VaultError> {
        self.vault.set(name, secret)
    }

    fn remove(&mut self, name: &str) -> Result<(), VaultError> {
        self.vault.remove(name)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_renewal_that_ends_after_sign_out_writes_nothing_to_the_keyring() {
    let mut test = signed_in().await;
    let (drop_signal, mut all_dropped) = tokio::sync::mpsc::channel(1);
    let vault = test.vault.clone();
    test.restart_with(|config| {
        config.vault = Box::new(DropWatchedVault { vault: vault.clone(), _drop_signal: drop_signal.clone() })
    })
    .await;
    drop(drop_signal);
    test.app.start().await;
    test.wait_until_sent().await;
    let mark = test.proxy().mark();
    test.next_renewal(Fault::Latency(Duration::from_millis(1500)));
    // After any response but the API's the logout ends, so sign-out does not wait for the renewal.
    test.proxy().next_on("POST", "/v1/auth/logout", Fault::Respond(FakeResponse::page(404)));
    test.trigger_renewal().await;
    test.proxy().wait_for(mark, REFRESH.0, REFRESH.1).await.unwrap();
    test.app.sign_out(SignOutScope::ThisAccount, true).await.unwrap();
    assert!(test.vault.entries.lock().unwrap().is_empty());
    // The renewal task owns the last copy of the previous app's keyring, so the task has ended when the channel closes.
    test.restart().await;
    assert_eq!(all_dropped.recv().await, None);
    assert!(test.vault.entries.lock().unwrap().is_empty(), "the renewal wrote to the keyring");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_old_keyring_entry_with_only_a_refresh_token_expires_the_session_without_a_request() {
    let mut test = signed_in().await;
    test.proxy().always(Fault::Offline).await;
    test.save_and_type().await;
    let tokens = Tokens::from_stored(&Secret::new(test.entry())).unwrap();
    let refresh_only = serde_json::json!({ "r": tokens.refresh.unwrap().expose() }).to_string();
    *test.vault.entries.lock().unwrap().values_mut().next().unwrap() = refresh_only;
    test.restart().await;
    test.proxy().always(Fault::Pass).await;
    let mark = test.proxy().mark();
    test.app.start().await;
    let snapshot = test.wait_until_expired().await;
    assert_eq!((snapshot.sync.unsent, snapshot.profile.unwrap().email.as_str()), (1, OWNER));
    assert_eq!(test.proxy().requests(mark), Vec::new());
    test.sign_in(OWNER, PASSWORD).await.unwrap();
    test.wait_until_sent().await;
    assert_eq!(test.other_client(OWNER).await.profile().await["firstName"], "Olga");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_keyring_renewed_tokens_stay_in_memory_while_the_account_is_inactive() {
    let test = signed_in().await;
    *test.vault.failure.lock().unwrap() = Some(VaultError::Absent);
    let mark = test.proxy().mark();
    test.trigger_renewal().await;
    test.wait_until(|snapshot| snapshot.token_keeping == TokenKeeping::Memory).await;
    test.app.leave_account().await.unwrap();
    let owner = test.app.snapshot().other_accounts[0].id;
    test.app.switch_account(owner).await.unwrap();
    let snapshot = test.wait_until_sent().await;
    assert_eq!((snapshot.session, snapshot.token_keeping), (SessionState::SignedIn, TokenKeeping::Memory));
    assert_eq!(test.renewal_count(mark), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_pair_too_long_for_one_keyring_entry_is_split_and_removed_at_sign_out() {
    let test = signed_in().await;
    let token = |letter: &str| serde_json::json!({ "token": letter.repeat(3000) });
    let data = serde_json::json!({ "accessToken": token("a"), "refreshToken": token("r") });
    let body = serde_json::json!({ "status": true, "data": data }).to_string();
    test.next_renewal(Fault::Respond(FakeResponse::new(200, "application/json", &body)));
    test.trigger_renewal().await;
    // The server does not know these tokens.
    test.wait_until_expired().await;
    let entries = test.vault.entries.lock().unwrap().clone();
    assert!(entries.len() > 1 && entries.values().all(|entry| entry.len() <= 2560), "{}", entries.len());
    let count = |letter: char| entries.values().flat_map(|entry| entry.chars()).filter(|any| *any == letter).count();
    assert!(count('a') >= 3000 && count('r') >= 3000, "both tokens are stored");
    test.app.sign_out(SignOutScope::ThisAccount, true).await.unwrap();
    assert!(test.vault.entries.lock().unwrap().is_empty());
}
