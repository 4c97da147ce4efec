//! Responses from an intermediary (proxy, firewall, captive portal) instead of the server. They never end a session,
//! lose an edit or show another person's profile.

use std::sync::Arc;

use crate::common::{OWNER, TestApp, all_sent, first_name};
use lapel_core::Config;
use lapel_core::views::{
    EditState, ErrorCode, PictureChoice, ProfileChanges, ProfileField, SessionState, Snapshot, SyncState,
};
use lapel_testkit::proxy::{FakeResponse, Fault};

/// Response statuses of intermediaries, except those that a busy server also uses.
const STATUSES: [u16; 13] = [200, 401, 403, 404, 405, 407, 413, 421, 451, 302, 303, 502, 204];

fn failed_with(code: ErrorCode) -> impl Fn(&Snapshot) -> bool {
    move |snapshot| snapshot.sync.error.as_ref().is_some_and(|error| error.code == code)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_response_from_an_intermediary_neither_drops_the_edit_nor_ends_the_session() {
    let test = TestApp::signed_in_with_fast_retries(OWNER).await;
    let entries = test.vault.entries.lock().unwrap().clone();
    for (number, status) in STATUSES.into_iter().enumerate() {
        for content in ["text/html", "application/json"] {
            let body = if content == "text/html" { "<html>Blocked</html>" } else { r#"{"message":"Unauthorized"}"# };
            let response = FakeResponse::new(status, content, body).with_header("location", "/portal");
            for (method, path) in [("GET", "/v1/users/profile"), ("PUT", "/v1/users/")] {
                let name = format!("Olga {number} {content} {method}");
                test.proxy().next_on(method, path, Fault::Respond(response.clone()));
                test.app.save_profile(first_name(&name)).await.unwrap();
                let sent = test.wait_until(all_sent).await;
                assert_eq!(sent.profile.unwrap().first_name, name, "{status}");
            }
        }
    }
    assert_eq!(test.app.snapshot().session, SessionState::SignedIn);
    assert_eq!(*test.vault.entries.lock().unwrap(), entries, "the tokens were neither renewed nor removed");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_firewall_page_is_reported_with_its_status_and_the_edit_waits() {
    let test = TestApp::signed_in_through_proxy(OWNER).await;
    test.proxy().always(Fault::Respond(FakeResponse::page(403))).await;
    test.app.save_profile(first_name("Olga")).await.unwrap();
    let failed = test.wait_until(failed_with(ErrorCode::Intermediary)).await;
    assert_eq!((failed.sync.state, failed.session), (SyncState::WaitingForNetwork, SessionState::SignedIn));
    assert_eq!(failed.edits[0].state, EditState::Waiting);
    let details = failed.sync.error.unwrap().details;
    assert_eq!((details.http_status, details.server_code), (Some(403), None));
    assert!(details.host.is_some_and(|host| host.starts_with("127.0.0.1")));
    test.proxy().always(Fault::Pass).await;
    test.wait_until(all_sent).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_401_from_a_portal_triggers_no_renewal_and_after_the_third_one_sign_in_is_offered() {
    let test = TestApp::signed_in_with_fast_retries(OWNER).await;
    let mark = test.proxy().mark();
    test.proxy().always(Fault::Respond(FakeResponse::page(401))).await;
    test.app.refresh();
    let offers_sign_in = test.wait_until(|snapshot| snapshot.sync.sign_in_helps).await;
    assert_eq!(offers_sign_in.session, SessionState::SignedIn);
    test.proxy().wait_for_requests(mark, "GET", "/v1/users/profile", 3).await.unwrap();
    assert_eq!(test.proxy().writes(mark), []);
    test.proxy().always(Fault::Pass).await;
    test.wait_until(|snapshot| all_sent(snapshot) && !snapshot.sync.sign_in_helps).await;
}

/// The status of the blocked renewal does not matter: without new tokens, every other request fails.
#[tokio::test(flavor = "multi_thread")]
async fn sign_in_is_offered_if_only_the_renewal_is_blocked() {
    let test = TestApp::signed_in_with_fast_retries(OWNER).await;
    test.proxy().always_on("POST", "/v1/auth/refresh", Fault::Respond(FakeResponse::page(403)));
    test.sandbox().expire_access_tokens().await.unwrap();
    test.app.save_profile(first_name("Olga")).await.unwrap();
    let offers_sign_in = test.wait_until(|snapshot| snapshot.sync.sign_in_helps).await;
    assert_eq!((offers_sign_in.session, offers_sign_in.edits[0].state), (SessionState::SignedIn, EditState::Waiting));
    test.sign_in(OWNER, crate::common::PASSWORD).await.unwrap();
    assert_eq!(test.wait_until(all_sent).await.profile.unwrap().first_name, "Olga");
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_in_during_a_session_replaces_it_only_on_success() {
    let test = TestApp::signed_in_with_fast_retries(OWNER).await;
    let entries = test.vault.entries.lock().unwrap().clone();
    test.proxy().always(Fault::Respond(FakeResponse::page(401))).await;
    test.app.save_profile(first_name("Olga")).await.unwrap();
    test.wait_until(|snapshot| snapshot.sync.sign_in_helps).await;
    test.sign_in(OWNER, crate::common::PASSWORD).await.unwrap_err();
    assert_eq!(test.app.snapshot().session, SessionState::SignedIn);
    assert_eq!(*test.vault.entries.lock().unwrap(), entries);
    test.proxy().always(Fault::Pass).await;
    test.sign_in(OWNER, crate::common::PASSWORD).await.unwrap();
    let sent = test.wait_until(all_sent).await;
    assert_eq!(sent.profile.unwrap().first_name, "Olga");
    assert_ne!(*test.vault.entries.lock().unwrap(), entries);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edit_on_a_blocked_route_is_rejected_after_three_responses_and_send_again_retries_it() {
    let test = TestApp::signed_in_with_fast_retries(OWNER).await;
    let mark = test.proxy().mark();
    test.proxy().always_on("PUT", "/v1/users/", Fault::Respond(FakeResponse::page(403)));
    test.app.save_profile(first_name("Olga")).await.unwrap();
    let rejected = test.wait_until(|snapshot| snapshot.sync.state == SyncState::Refused).await;
    let reason = rejected.edits[0].reason.clone().unwrap();
    assert_eq!((reason.code, reason.details.http_status), (ErrorCode::RouteBlocked, Some(403)));
    let puts = || test.proxy().requests(mark).iter().filter(|request| request.method == "PUT").count();
    assert_eq!(puts(), 3);
    assert_eq!(test.app.snapshot().sync.error, None, "the server itself is reachable");

    test.app.send_again(ProfileField::FirstName).await.unwrap();
    test.wait_until(|snapshot| snapshot.sync.state == SyncState::Refused && puts() == 6).await;
    test.proxy().clear_rules();
    test.app.send_again(ProfileField::FirstName).await.unwrap();
    let sent = test.wait_until(all_sent).await;
    assert_eq!(sent.profile.unwrap().first_name, "Olga");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_value_for_a_blocked_edit_gets_new_attempts_and_a_successful_write_releases_blocked_edits() {
    let test = TestApp::signed_in_with_fast_retries(OWNER).await;
    let blocked = |snapshot: &Snapshot| snapshot.sync.state == SyncState::Refused;
    test.proxy().always_on("PUT", "/v1/users/", Fault::Respond(FakeResponse::page(403)));
    test.app.save_profile(first_name("Olga")).await.unwrap();
    test.wait_until(blocked).await;
    // The new value has its own limit of three responses in a row.
    test.proxy().clear_on("PUT", "/v1/users/");
    test.proxy().next_on("PUT", "/v1/users/", Fault::Respond(FakeResponse::page(403)));
    test.app.save_profile(first_name("Odile")).await.unwrap();
    test.wait_until(all_sent).await;

    test.proxy().always_on("PUT", "/v1/users/", Fault::Respond(FakeResponse::page(403)));
    test.app.save_profile(first_name("Olga")).await.unwrap();
    test.wait_until(blocked).await;
    test.proxy().clear_on("PUT", "/v1/users/");
    test.app.save_profile(ProfileChanges { last_name: Some("Olsen".into()), ..Default::default() }).await.unwrap();
    let sent = test.wait_until(all_sent).await.profile.unwrap();
    assert_eq!((sent.first_name.as_str(), sent.last_name.as_str()), ("Olga", "Olsen"));
}

#[tokio::test(flavor = "multi_thread")]
async fn edits_that_are_blocked_together_are_sent_one_at_a_time() {
    let test = TestApp::signed_in_with_fast_retries(OWNER).await;
    let mark = test.proxy().mark();
    for _ in 0..3 {
        test.proxy().next_on("PUT", "/v1/users/", Fault::Respond(FakeResponse::page(403)));
    }
    test.app.save_profile(ProfileChanges { last_name: Some("Olsen".into()), ..first_name("Olga") }).await.unwrap();
    test.wait_until(all_sent).await;
    assert_eq!(test.proxy().requests(mark).iter().filter(|request| request.method == "PUT").count(), 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_blocked_upload_does_not_delay_other_edits() {
    let test = TestApp::signed_in_with_fast_retries(OWNER).await;
    test.proxy().always_on("POST", "/v1/upload/", Fault::Respond(FakeResponse::page(413)));
    let photo = std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/../../icons/512x512.png")).unwrap();
    let prepared = test.prepare_picture(photo).await;
    let picture = Some(PictureChoice::Held { id: prepared.picture.id });
    test.app.save_profile(ProfileChanges { picture, ..first_name("Olga") }).await.unwrap();
    let rejected = test.wait_until(|snapshot| snapshot.sync.state == SyncState::Refused).await;
    let [edit] = &rejected.edits[..] else { panic!("expected only the picture edit: {:?}", rejected.edits) };
    assert_eq!((edit.field, edit.state), (ProfileField::Picture, EditState::Refused));
    assert_eq!(edit.reason.as_ref().unwrap().code, ErrorCode::RouteBlocked);
    assert_eq!(test.other_client(OWNER).await.profile().await["firstName"], "Olga");

    test.proxy().clear_rules();
    test.app.send_again(ProfileField::Picture).await.unwrap();
    test.wait_until(all_sent).await;
    assert!(test.other_client(OWNER).await.profile().await["picture"].as_str().unwrap().contains("/pictures/"));
}

/// Restarts the app with its clock `minutes` ahead. The start triggers a sync.
async fn restart_with_clock_ahead(test: &mut TestApp, minutes: i64) {
    let ahead = move |config: &mut Config| {
        let clock = Arc::clone(&config.clock);
        config.clock = Arc::new(move || clock() + minutes * 60 * 1000);
    };
    test.restart_with(ahead).await;
    test.app.start().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_blocked_route_is_retried_automatically_after_an_hour_unless_the_request_was_too_large() {
    for (status, is_retried) in [(403, true), (413, false), (414, false), (431, false)] {
        let mut test = TestApp::signed_in_with_fast_retries(OWNER).await;
        test.proxy().always_on("PUT", "/v1/users/", Fault::Respond(FakeResponse::page(status)));
        test.app.save_profile(first_name("Olga")).await.unwrap();
        test.wait_until(|snapshot| snapshot.sync.state == SyncState::Refused).await;
        test.proxy().clear_rules();

        let mark = test.proxy().mark();
        restart_with_clock_ahead(&mut test, 0).await;
        test.wait_until(|snapshot| snapshot.sync.state == SyncState::Refused && snapshot.sync.as_of.is_some()).await;
        test.proxy().wait_for(mark, "GET", "/v1/users/profile").await.unwrap();
        // A sync that retries an edit changes the edit's state before it reads the profile.
        assert_eq!(test.app.snapshot().edits[0].state, EditState::Refused, "{status}: too soon");
        assert_eq!(test.proxy().writes(mark), [], "{status}: too soon");

        let mark = test.proxy().mark();
        restart_with_clock_ahead(&mut test, 61).await;
        if is_retried {
            test.wait_until(all_sent).await;
        } else {
            test.proxy().wait_for(mark, "GET", "/v1/users/profile").await.unwrap();
            assert_eq!(test.app.snapshot().edits[0].state, EditState::Refused, "{status}");
            assert_eq!(test.proxy().writes(mark), [], "{status}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_manual_refresh_retries_a_blocked_route() {
    let test = TestApp::signed_in_with_fast_retries(OWNER).await;
    for (status, name) in [(403, "Olga"), (413, "Olya")] {
        let mark = test.proxy().mark();
        let puts = || test.proxy().requests(mark).iter().filter(|request| request.method == "PUT").count();
        test.proxy().always_on("PUT", "/v1/users/", Fault::Respond(FakeResponse::page(status)));
        test.app.save_profile(first_name(name)).await.unwrap();
        test.wait_until(|snapshot| snapshot.sync.state == SyncState::Refused && puts() == 3).await;
        test.app.refresh();
        // The route is known to be blocked: one response is enough.
        test.wait_until(|snapshot| snapshot.sync.state == SyncState::Refused && puts() == 4).await;

        test.proxy().clear_rules();
        test.app.refresh();
        let sent = test.wait_until(all_sent).await;
        assert_eq!(sent.profile.unwrap().first_name, name);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn another_persons_profile_is_neither_shown_nor_cached_nor_merged() {
    let test = TestApp::signed_in_with_fast_retries(OWNER).await;
    let before = test.app.snapshot().profile.unwrap();
    // Change the profile, so that the server sends it instead of "304 Not Modified".
    test.other_client(OWNER).await.put(serde_json::json!({ "lastName": "Olsen" })).await;
    test.proxy().always_on("GET", "/v1/users/profile", Fault::SomebodyElse);
    test.app.save_profile(first_name("Olga")).await.unwrap();
    let failed = test.wait_until(failed_with(ErrorCode::OtherPerson)).await;
    assert!(failed.sync.sign_in_helps && failed.session == SessionState::SignedIn);
    let shown = failed.profile.unwrap();
    assert_eq!((shown.id, shown.email, shown.last_name), (before.id, before.email, before.last_name));
    assert_eq!(failed.edits[0].state, EditState::Waiting);
    test.proxy().clear_rules();
    let sent = test.wait_until(all_sent).await;
    assert_eq!(sent.profile.unwrap().first_name, "Olga");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_write_whose_response_is_not_the_persons_own_profile_is_verified_by_a_read() {
    let test = TestApp::signed_in_with_fast_retries(OWNER).await;
    for (number, fault) in [Fault::SomebodyElse, Fault::NoContent].into_iter().enumerate() {
        let name = format!("Olga {number}");
        let mark = test.proxy().mark();
        test.proxy().next_on("PUT", "/v1/users/", fault);
        test.app.save_profile(first_name(&name)).await.unwrap();
        let profile = test.wait_until(all_sent).await.profile.unwrap();
        assert_eq!((profile.first_name.as_str(), profile.email.as_str()), (name.as_str(), OWNER));
        let puts = test.proxy().requests(mark).iter().filter(|request| request.method == "PUT").count();
        assert_eq!(puts, 1, "the first write had arrived");
    }
}
