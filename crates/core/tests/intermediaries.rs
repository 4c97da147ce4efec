//! What answers in the server's place: firewalls, captive portals, gateways that mix people up. Nothing of it ends a
//! session, refuses an edit or shows somebody else.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

mod common;

use std::sync::Arc;

use common::{OWNER, TestApp, all_sent, first_name};
use lapel_core::Config;
use lapel_core::views::{
    EditState, ErrorCode, PictureChoice, ProfileChanges, ProfileField, SessionState, Snapshot, SyncState,
};
use lapel_testkit::proxy::{FakeResponse, Fault};

/// Statuses with which something between answers; a busy gateway speaks those of a busy server.
const STATUSES: [u16; 13] = [200, 401, 403, 404, 405, 407, 413, 421, 451, 302, 303, 502, 204];

fn failed_with(code: ErrorCode) -> impl Fn(&Snapshot) -> bool {
    move |snapshot| snapshot.sync.error.as_ref().is_some_and(|error| error.code == code)
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_answers_in_the_servers_place_costs_neither_the_edit_nor_the_session() {
    let test = TestApp::trying_quickly(OWNER).await;
    let entries = test.vault.entries.lock().unwrap().clone();
    for (number, status) in STATUSES.into_iter().enumerate() {
        for content in ["text/html", "application/json"] {
            let body = if content == "text/html" { "<html>Blocked</html>" } else { r#"{"message":"Unauthorized"}"# };
            let answer = FakeResponse::new(status, content, body).with_header("location", "/portal");
            for (method, path) in [("GET", "/v1/users/profile"), ("PUT", "/v1/users/")] {
                let name = format!("Olga {number} {content} {method}");
                test.proxy().next_on(method, path, Fault::Respond(answer.clone()));
                test.app.save_profile(first_name(&name)).await.unwrap();
                let sent = test.wait_until(all_sent).await;
                assert_eq!(sent.profile.unwrap().first_name, name, "{status}");
            }
        }
    }
    assert_eq!(test.app.snapshot().session, SessionState::SignedIn);
    assert_eq!(*test.vault.entries.lock().unwrap(), entries, "the token was neither renewed nor given up");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_a_firewall_is_said_with_its_status_and_the_edit_waits() {
    let test = TestApp::behind_a_proxy(OWNER).await;
    test.proxy().always(Fault::Respond(FakeResponse::page(403))).await;
    test.app.save_profile(first_name("Olga")).await.unwrap();
    let told = test.wait_until(failed_with(ErrorCode::Between)).await;
    assert_eq!((told.sync.state, told.session), (SyncState::WaitingForNetwork, SessionState::SignedIn));
    assert_eq!(told.edits[0].state, EditState::Waiting);
    let details = told.sync.error.unwrap().details;
    assert_eq!((details.http_status, details.server_code), (Some(403), None));
    assert!(details.host.is_some_and(|host| host.starts_with("127.0.0.1")));
    test.proxy().always(Fault::Pass).await;
    test.wait_until(all_sent).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_portal_that_refuses_the_session_spends_no_renewal_and_offers_signing_in_from_its_third_answer() {
    let test = TestApp::trying_quickly(OWNER).await;
    let mark = test.proxy().mark();
    test.proxy().always(Fault::Respond(FakeResponse::page(401))).await;
    test.app.refresh();
    let helps = test.wait_until(|snapshot| snapshot.sync.sign_in_helps).await;
    assert_eq!(helps.session, SessionState::SignedIn);
    let requests = test.proxy().requests(mark);
    assert!(requests.len() >= 3, "{requests:?}");
    assert!(requests.iter().all(|request| request.method == "GET"), "{requests:?}");
    test.proxy().always(Fault::Pass).await;
    test.wait_until(|snapshot| all_sent(snapshot) && !snapshot.sync.sign_in_helps).await;
}

/// Whatever its status: without new tokens nothing else gets through.
#[tokio::test(flavor = "multi_thread")]
async fn signing_in_is_offered_too_where_only_the_renewal_is_blocked() {
    let test = TestApp::trying_quickly(OWNER).await;
    test.proxy().always_on("POST", "/v1/auth/refresh", Fault::Respond(FakeResponse::page(403)));
    test.sandbox().expire_access_tokens().await.unwrap();
    test.app.save_profile(first_name("Olga")).await.unwrap();
    let helps = test.wait_until(|snapshot| snapshot.sync.sign_in_helps).await;
    assert_eq!((helps.session, helps.edits[0].state), (SessionState::SignedIn, EditState::Waiting));
    test.sign_in(OWNER, common::PASSWORD).await.unwrap();
    assert_eq!(test.wait_until(all_sent).await.profile.unwrap().first_name, "Olga");
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_in_again_over_a_living_session_replaces_it_only_when_it_succeeds() {
    let test = TestApp::trying_quickly(OWNER).await;
    let entries = test.vault.entries.lock().unwrap().clone();
    test.proxy().always(Fault::Respond(FakeResponse::page(401))).await;
    test.app.save_profile(first_name("Olga")).await.unwrap();
    test.wait_until(|snapshot| snapshot.sync.sign_in_helps).await;
    test.sign_in(OWNER, common::PASSWORD).await.unwrap_err();
    assert_eq!(test.app.snapshot().session, SessionState::SignedIn);
    assert_eq!(*test.vault.entries.lock().unwrap(), entries);
    test.proxy().always(Fault::Pass).await;
    test.sign_in(OWNER, common::PASSWORD).await.unwrap();
    let sent = test.wait_until(all_sent).await;
    assert_eq!(sent.profile.unwrap().first_name, "Olga");
    assert_ne!(*test.vault.entries.lock().unwrap(), entries);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_blocked_route_asks_the_person_after_three_answers_and_is_tried_again_as_they_wish() {
    let test = TestApp::trying_quickly(OWNER).await;
    let mark = test.proxy().mark();
    test.proxy().always_on("PUT", "/v1/users/", Fault::Respond(FakeResponse::page(403)));
    test.app.save_profile(first_name("Olga")).await.unwrap();
    let asked = test.wait_until(|snapshot| snapshot.sync.state == SyncState::Refused).await;
    let reason = asked.edits[0].reason.clone().unwrap();
    assert_eq!((reason.code, reason.details.http_status), (ErrorCode::RouteBlocked, Some(403)));
    let puts = || test.proxy().requests(mark).iter().filter(|request| request.method == "PUT").count();
    assert_eq!(puts(), 3);
    assert_eq!(test.app.snapshot().sync.error, None, "the server itself is there");

    test.app.send_again(ProfileField::FirstName).await.unwrap();
    test.wait_until(|snapshot| snapshot.sync.state == SyncState::Refused && puts() == 6).await;
    test.proxy().clear_rules();
    test.app.send_again(ProfileField::FirstName).await.unwrap();
    let sent = test.wait_until(all_sent).await;
    assert_eq!(sent.profile.unwrap().first_name, "Olga");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_saved_over_a_blocked_change_begins_anew_and_what_gets_through_takes_it_along() {
    let test = TestApp::trying_quickly(OWNER).await;
    let blocked = |snapshot: &Snapshot| snapshot.sync.state == SyncState::Refused;
    test.proxy().always_on("PUT", "/v1/users/", Fault::Respond(FakeResponse::page(403)));
    test.app.save_profile(first_name("Olga")).await.unwrap();
    test.wait_until(blocked).await;
    // One bad answer to the new value is none of three in a row.
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
async fn changes_that_are_blocked_together_are_tried_one_at_a_time() {
    let test = TestApp::trying_quickly(OWNER).await;
    let mark = test.proxy().mark();
    for _ in 0..3 {
        test.proxy().next_on("PUT", "/v1/users/", Fault::Respond(FakeResponse::page(403)));
    }
    test.app.save_profile(ProfileChanges { last_name: Some("Olsen".into()), ..first_name("Olga") }).await.unwrap();
    test.wait_until(all_sent).await;
    assert_eq!(test.proxy().requests(mark).iter().filter(|request| request.method == "PUT").count(), 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_blocked_upload_holds_nothing_else_up() {
    let test = TestApp::trying_quickly(OWNER).await;
    test.proxy().always_on("POST", "/v1/upload/", Fault::Respond(FakeResponse::page(413)));
    let photo = std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/../../icons/512x512.png")).unwrap();
    let prepared = test.prepared(photo).await;
    let picture = Some(PictureChoice::Held { id: prepared.picture.id });
    test.app.save_profile(ProfileChanges { picture, ..first_name("Olga") }).await.unwrap();
    let asked = test.wait_until(|snapshot| snapshot.sync.state == SyncState::Refused).await;
    let [edit] = &asked.edits[..] else { panic!("the name has arrived: {:?}", asked.edits) };
    assert_eq!((edit.field, edit.state), (ProfileField::Picture, EditState::Refused));
    assert_eq!(edit.reason.as_ref().unwrap().code, ErrorCode::RouteBlocked);
    assert_eq!(test.elsewhere(OWNER).await.profile().await["firstName"], "Olga");

    test.proxy().clear_rules();
    test.app.send_again(ProfileField::Picture).await.unwrap();
    test.wait_until(all_sent).await;
    assert!(test.elsewhere(OWNER).await.profile().await["picture"].as_str().unwrap().contains("/pictures/"));
}

/// The app starts again, and its exchange begins without being asked; its clock is some minutes ahead.
async fn start_ahead(test: &mut TestApp, minutes: i64) {
    let ahead = move |config: &mut Config| {
        let clock = Arc::clone(&config.clock);
        config.clock = Arc::new(move || clock() + minutes * 60 * 1000);
    };
    test.restart_with(ahead).await;
    test.app.start().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_blocked_route_is_tried_again_after_an_hour_by_itself_unless_the_request_is_too_large_for_it() {
    for (status, comes_by_itself) in [(403, true), (413, false), (414, false), (431, false)] {
        let mut test = TestApp::trying_quickly(OWNER).await;
        test.proxy().always_on("PUT", "/v1/users/", Fault::Respond(FakeResponse::page(status)));
        test.app.save_profile(first_name("Olga")).await.unwrap();
        test.wait_until(|snapshot| snapshot.sync.state == SyncState::Refused).await;
        test.proxy().clear_rules();

        let mark = test.proxy().mark();
        start_ahead(&mut test, 0).await;
        test.wait_until(|snapshot| snapshot.sync.state == SyncState::Refused && snapshot.sync.as_of.is_some()).await;
        test.proxy().wait_for(mark, "GET", "/v1/users/profile").await.unwrap();
        assert!(test.proxy().requests(mark).iter().all(|request| request.method == "GET"), "too soon");

        let mark = test.proxy().mark();
        start_ahead(&mut test, 61).await;
        if comes_by_itself {
            test.wait_until(all_sent).await;
        } else {
            test.proxy().wait_for(mark, "GET", "/v1/users/profile").await.unwrap();
            assert_eq!(test.app.snapshot().edits[0].state, EditState::Refused, "{status}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_asks_for_another_try_sends_what_waits_for_a_blocked_route() {
    let test = TestApp::trying_quickly(OWNER).await;
    for (status, name) in [(403, "Olga"), (413, "Olya")] {
        let mark = test.proxy().mark();
        let puts = || test.proxy().requests(mark).iter().filter(|request| request.method == "PUT").count();
        test.proxy().always_on("PUT", "/v1/users/", Fault::Respond(FakeResponse::page(status)));
        test.app.save_profile(first_name(name)).await.unwrap();
        test.wait_until(|snapshot| snapshot.sync.state == SyncState::Refused && puts() == 3).await;
        test.app.refresh();
        // The route is known to be blocked: one answer is enough now.
        test.wait_until(|snapshot| snapshot.sync.state == SyncState::Refused && puts() == 4).await;

        test.proxy().clear_rules();
        test.app.refresh();
        let sent = test.wait_until(all_sent).await;
        assert_eq!(sent.profile.unwrap().first_name, name);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_profile_of_somebody_else_is_neither_shown_nor_kept_nor_compared() {
    let test = TestApp::trying_quickly(OWNER).await;
    let before = test.app.snapshot().profile.unwrap();
    // So that the profile is read, and not only known to be the same.
    test.elsewhere(OWNER).await.put(serde_json::json!({ "lastName": "Olsen" })).await;
    test.proxy().always_on("GET", "/v1/users/profile", Fault::SomebodyElse);
    test.app.save_profile(first_name("Olga")).await.unwrap();
    let told = test.wait_until(failed_with(ErrorCode::OtherPerson)).await;
    assert!(told.sync.sign_in_helps && told.session == SessionState::SignedIn);
    let shown = told.profile.unwrap();
    assert_eq!((shown.id, shown.email, shown.last_name), (before.id, before.email, before.last_name));
    assert_eq!(told.edits[0].state, EditState::Waiting);
    test.proxy().clear_rules();
    let sent = test.wait_until(all_sent).await;
    assert_eq!(sent.profile.unwrap().first_name, "Olga");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_about_somebody_else_to_a_write_says_nothing_about_it() {
    let test = TestApp::trying_quickly(OWNER).await;
    for (number, fault) in [Fault::SomebodyElse, Fault::NoContent].into_iter().enumerate() {
        let name = format!("Olga {number}");
        let mark = test.proxy().mark();
        test.proxy().next_on("PUT", "/v1/users/", fault);
        test.app.save_profile(first_name(&name)).await.unwrap();
        let profile = test.wait_until(all_sent).await.profile.unwrap();
        assert_eq!((profile.first_name.as_str(), profile.email.as_str()), (name.as_str(), OWNER));
        let puts = test.proxy().requests(mark).iter().filter(|request| request.method == "PUT").count();
        assert_eq!(puts, 1, "it had arrived");
    }
}
