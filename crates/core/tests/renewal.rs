//! Renewal of sessions, over the real sandbox: what each outcome means to the person, and that no pair of tokens is lost that
//! could be kept.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

mod common;

use std::time::Duration;

use common::{EDITOR, OWNER, PASSWORD, TestApp, TestVault};
use lapel_api::{Endpoint, Http, Secret, Timeouts, Tokens, login};
use lapel_core::views::{DraftValues, ProfileChanges, SessionState, Snapshot, SyncState, TokenKeeping};
use lapel_core::{Backoff, Vault, VaultError};
use lapel_testkit::proxy::{FakeResponse, Fault};

const REFRESH: (&str, &str) = ("POST", "/v1/auth/refresh");

/// Signed in behind a proxy, with tries that follow each other at once.
async fn signed_in() -> TestApp {
    let mut test = TestApp::behind_a_proxy(OWNER).await;
    let pace = Backoff { first: Duration::from_millis(20), max: Duration::from_millis(100) };
    test.restart_with(|config| config.backoff = pace).await;
    test.app.start().await;
    test.wait_until(|snapshot| snapshot.sync.state == SyncState::Fresh).await;
    test
}

impl TestApp {
    /// The next renewal meets this.
    fn next_renewal(&self, fault: Fault) {
        self.proxy().next_on(REFRESH.0, REFRESH.1, fault);
    }

    /// The server takes no access token of before any more, and the app finds out.
    async fn need_renewal(&self) {
        self.sandbox().expire_access_tokens().await.unwrap();
        self.app.refresh();
    }

    /// Something saved and something typed, which may not be lost.
    async fn save_and_type(&self) {
        let changes = ProfileChanges { first_name: Some("Olga".into()), ..ProfileChanges::default() };
        self.app.save_profile(changes).await.unwrap();
        let draft = DraftValues { last_name: Some("Typed".into()), ..DraftValues::default() };
        self.app.keep_draft(draft).await.unwrap();
    }

    async fn has_ended(&self) -> Snapshot {
        self.wait_until(|snapshot| snapshot.session == SessionState::Expired).await
    }

    async fn is_fresh(&self) -> Snapshot {
        self.wait_until(|snapshot| snapshot.sync.state == SyncState::Fresh && snapshot.sync.unsent == 0).await
    }

    /// The one entry of the keyring.
    fn entry(&self) -> String {
        let entries = self.vault.entries.lock().unwrap();
        assert_eq!(entries.len(), 1);
        entries.values().next().unwrap().clone()
    }

    fn renewals(&self, since: lapel_testkit::proxy::Mark) -> usize {
        let is_renewal = |request: &&lapel_testkit::proxy::Request| request.path.starts_with(REFRESH.1);
        self.proxy().requests(since).iter().filter(is_renewal).count()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_lost_answer_the_old_pair_is_sent_again_and_its_refusal_asks_to_sign_in_over_the_page() {
    let test = signed_in().await;
    let (mark, before) = (test.proxy().mark(), test.entry());
    test.next_renewal(Fault::ResetAfter);
    test.sandbox().expire_access_tokens().await.unwrap();
    test.save_and_type().await;
    let snapshot = test.has_ended().await;
    assert_eq!((snapshot.sync.state, snapshot.sync.unsent), (SyncState::SignedOut, 1));
    assert_eq!(snapshot.profile.unwrap().email, OWNER, "over the page");
    assert_eq!((test.renewals(mark), test.entry()), (2, before));
    test.sign_in(OWNER, PASSWORD).await.unwrap();
    test.is_fresh().await;
    assert_eq!(test.elsewhere(OWNER).await.profile().await["firstName"], "Olga");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pair_that_a_second_process_has_kept_is_used_and_nobody_is_asked() {
    let test = signed_in().await;
    let endpoint = Endpoint::parse(&test.server()).unwrap();
    let http = Http::new(Timeouts::default()).unwrap();
    let (theirs, _) = login(&http, &endpoint, OWNER, &Secret::new(PASSWORD.into()), None, None).await.unwrap();
    *test.vault.entries.lock().unwrap().values_mut().next().unwrap() = theirs.to_stored().expose().to_owned();
    let mark = test.proxy().mark();
    test.next_renewal(Fault::ResetAfter);
    test.sandbox().expire_access_tokens().await.unwrap();
    test.save_and_type().await;
    let snapshot =
        test.wait_until(|snapshot| snapshot.sync.unsent == 0 || snapshot.session == SessionState::Expired).await;
    assert_eq!(snapshot.session, SessionState::SignedIn);
    assert_eq!(test.renewals(mark), 3, "the own pair twice, theirs once");
    assert_ne!(test.entry(), theirs.to_stored().expose());
}

#[tokio::test(flavor = "multi_thread")]
async fn each_outcome_of_a_renewal_ends_the_session_or_is_tried_again_with_the_same_pair() {
    let refused = |status, code| Fault::refused(status, code, "No");
    let page = |status| Fault::Respond(FakeResponse::page(status));
    let final_words =
        [refused(401, 4011), refused(400, 4011), refused(400, 5000), refused(403, 4003), refused(404, 9999)];
    let passing = [
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
    for fault in final_words {
        let test = signed_in().await;
        let mark = test.proxy().mark();
        test.next_renewal(fault.clone());
        test.need_renewal().await;
        test.has_ended().await;
        assert_eq!(test.renewals(mark), 1, "{fault:?}");
    }
    let test = signed_in().await;
    for (fault, renewals) in passing {
        let (mark, before) = (test.proxy().mark(), test.entry());
        test.next_renewal(fault.clone());
        test.sandbox().expire_access_tokens().await.unwrap();
        let name = ProfileChanges { first_name: Some(format!("After {renewals}")), ..ProfileChanges::default() };
        test.app.save_profile(name).await.unwrap();
        let over = |snapshot: &Snapshot| snapshot.session == SessionState::Expired;
        let snapshot = test
            .wait_until(|snapshot| {
                over(snapshot) || (snapshot.sync.state == SyncState::Fresh && snapshot.edits.is_empty())
            })
            .await;
        assert_eq!(snapshot.session, SessionState::SignedIn, "{fault:?}");
        assert_eq!(test.renewals(mark), renewals, "{fault:?}");
        assert_ne!(test.entry(), before);
        test.elsewhere(OWNER).await.put(serde_json::json!({ "firstName": "Olivia" })).await;
        test.app.refresh();
        test.wait_until(|snapshot| snapshot.profile.as_ref().is_some_and(|profile| profile.first_name == "Olivia"))
            .await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_that_is_left_while_it_is_renewed_keeps_its_pair_in_its_own_entry() {
    let mut test = signed_in().await;
    let (mark, before) = (test.proxy().mark(), test.entry());
    test.next_renewal(Fault::Latency(Duration::from_secs(1)));
    test.need_renewal().await;
    test.proxy().wait_for(mark, REFRESH.0, REFRESH.1).await.unwrap();
    let owner = test.vault.entries.lock().unwrap().keys().next().unwrap().clone();
    test.app.leave_account().await.unwrap();
    test.sign_in(EDITOR, PASSWORD).await.unwrap();
    test.is_fresh().await;
    let editor = test.vault.entries.lock().unwrap().iter().find(|(name, _)| **name != owner).unwrap().1.clone();
    test.app.finish().await;
    assert_eq!(test.renewals(mark), 1);
    let entries = test.vault.entries.lock().unwrap().clone();
    assert_ne!(entries[&owner], before, "no request waited for it any more, and it was kept");
    assert!(entries.len() == 2 && entries.values().any(|entry| *entry == editor));
    test.restart().await;
    test.app.start().await;
    let other = test.app.snapshot().other_accounts[0].id;
    test.app.switch_account(other).await.unwrap();
    let snapshot = test.is_fresh().await;
    assert_eq!((snapshot.profile.unwrap().email.as_str(), test.renewals(mark)), (OWNER, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_that_comes_back_while_it_is_renewed_is_renewed_once() {
    let test = signed_in().await;
    let mark = test.proxy().mark();
    test.next_renewal(Fault::Latency(Duration::from_secs(1)));
    test.need_renewal().await;
    test.proxy().wait_for(mark, REFRESH.0, REFRESH.1).await.unwrap();
    test.app.leave_account().await.unwrap();
    let owner = test.app.snapshot().other_accounts[0].id;
    test.app.switch_account(owner).await.unwrap();
    let snapshot = test.is_fresh().await;
    assert_eq!((snapshot.session, test.renewals(mark)), (SessionState::SignedIn, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_end_of_the_app_waits_for_a_renewal() {
    let mut test = signed_in().await;
    let (mark, before) = (test.proxy().mark(), test.entry());
    test.next_renewal(Fault::Latency(Duration::from_secs(1)));
    test.need_renewal().await;
    test.proxy().wait_for(mark, REFRESH.0, REFRESH.1).await.unwrap();
    test.app.finish().await;
    assert_ne!(test.entry(), before);
    test.restart().await;
    test.app.start().await;
    test.is_fresh().await;
    assert_eq!(test.renewals(mark), 1);
}

/// A keyring that tells when nobody can write to it any more.
struct Watched {
    vault: TestVault,
    _gone: tokio::sync::mpsc::Sender<()>,
}

impl Vault for Watched {
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
async fn a_renewal_that_ends_after_signing_out_leaves_nothing_in_the_keyring() {
    let mut test = signed_in().await;
    let (gone, mut all_gone) = tokio::sync::mpsc::channel(1);
    let vault = test.vault.clone();
    test.restart_with(|config| config.vault = Box::new(Watched { vault: vault.clone(), _gone: gone.clone() })).await;
    drop(gone);
    test.app.start().await;
    test.is_fresh().await;
    let mark = test.proxy().mark();
    test.next_renewal(Fault::Latency(Duration::from_millis(1500)));
    // It counts as said, so that signing out waits for nothing.
    test.proxy().next_on("POST", "/v1/auth/logout", Fault::Respond(FakeResponse::page(404)));
    test.need_renewal().await;
    test.proxy().wait_for(mark, REFRESH.0, REFRESH.1).await.unwrap();
    test.app.sign_out(true).await.unwrap();
    assert!(test.vault.entries.lock().unwrap().is_empty());
    // The renewal is the last that holds the keyring of the app that is gone.
    test.restart().await;
    assert_eq!(all_gone.recv().await, None);
    assert!(test.vault.entries.lock().unwrap().is_empty(), "it was written anew");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_entry_of_a_former_version_with_a_refresh_token_alone_asks_to_sign_in_and_sends_nothing() {
    let mut test = signed_in().await;
    test.proxy().always(Fault::Offline).await;
    test.save_and_type().await;
    let tokens = Tokens::from_stored(&Secret::new(test.entry())).unwrap();
    let alone = serde_json::json!({ "r": tokens.refresh.unwrap().expose() }).to_string();
    *test.vault.entries.lock().unwrap().values_mut().next().unwrap() = alone;
    test.restart().await;
    test.proxy().always(Fault::Pass).await;
    let mark = test.proxy().mark();
    test.app.start().await;
    let snapshot = test.has_ended().await;
    assert_eq!((snapshot.sync.unsent, snapshot.profile.unwrap().email.as_str()), (1, OWNER));
    assert_eq!(test.proxy().requests(mark), Vec::new());
    test.sign_in(OWNER, PASSWORD).await.unwrap();
    test.is_fresh().await;
    assert_eq!(test.elsewhere(OWNER).await.profile().await["firstName"], "Olga");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_keyring_renewed_tokens_stay_in_memory_also_while_their_account_rests() {
    let test = signed_in().await;
    *test.vault.trouble.lock().unwrap() = Some(VaultError::Absent);
    let mark = test.proxy().mark();
    test.need_renewal().await;
    test.wait_until(|snapshot| snapshot.token_keeping == TokenKeeping::Memory).await;
    test.app.leave_account().await.unwrap();
    let owner = test.app.snapshot().other_accounts[0].id;
    test.app.switch_account(owner).await.unwrap();
    let snapshot = test.is_fresh().await;
    assert_eq!((snapshot.session, snapshot.token_keeping), (SessionState::SignedIn, TokenKeeping::Memory));
    assert_eq!(test.renewals(mark), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pair_that_is_too_long_for_one_entry_is_kept_whole_and_goes_when_signing_out() {
    let test = signed_in().await;
    let token = |letter: &str| serde_json::json!({ "token": letter.repeat(3000) });
    let data = serde_json::json!({ "accessToken": token("a"), "refreshToken": token("r") });
    let body = serde_json::json!({ "status": true, "data": data }).to_string();
    test.next_renewal(Fault::Respond(FakeResponse::new(200, "application/json", &body)));
    test.need_renewal().await;
    // Nobody knows these tokens.
    test.has_ended().await;
    let entries = test.vault.entries.lock().unwrap().clone();
    assert!(entries.len() > 1 && entries.values().all(|entry| entry.len() <= 2560), "{}", entries.len());
    let held = |letter: char| entries.values().flat_map(|entry| entry.chars()).filter(|any| *any == letter).count();
    assert!(held('a') >= 3000 && held('r') >= 3000, "both tokens are there");
    test.app.sign_out(true).await.unwrap();
    assert!(test.vault.entries.lock().unwrap().is_empty());
}
