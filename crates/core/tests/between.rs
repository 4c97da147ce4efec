//! What answers in the server's place: firewalls, captive portals, gateways that mix people up. Nothing of it ends a
//! session, refuses an edit or shows somebody else.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

mod common;

use std::sync::Arc;

use common::{Bench, OWNER, all_sent, first_name};
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
    let bench = Bench::trying_quickly(OWNER).await;
    let entries = bench.vault.entries.lock().unwrap().clone();
    for (number, status) in STATUSES.into_iter().enumerate() {
        for content in ["text/html", "application/json"] {
            let body = if content == "text/html" { "<html>Blocked</html>" } else { r#"{"message":"Unauthorized"}"# };
            let answer = FakeResponse::new(status, content, body).with_header("location", "/portal");
            for (method, path) in [("GET", "/v1/users/profile"), ("PUT", "/v1/users/")] {
                let name = format!("Olga {number} {content} {method}");
                bench.proxy().next_on(method, path, Fault::Respond(answer.clone()));
                bench.app.save_profile(first_name(&name)).await.unwrap();
                let sent = bench.settled(all_sent).await;
                assert_eq!(sent.profile.unwrap().first_name, name, "{status}");
            }
        }
    }
    assert_eq!(bench.app.snapshot().session, SessionState::SignedIn);
    assert_eq!(*bench.vault.entries.lock().unwrap(), entries, "the token was neither renewed nor given up");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_a_firewall_is_said_with_its_status_and_the_edit_waits() {
    let bench = Bench::behind_a_proxy(OWNER).await;
    bench.proxy().always(Fault::Respond(FakeResponse::page(403))).await;
    bench.app.save_profile(first_name("Olga")).await.unwrap();
    let told = bench.settled(failed_with(ErrorCode::Between)).await;
    assert_eq!((told.sync.state, told.session), (SyncState::WaitingForNetwork, SessionState::SignedIn));
    assert_eq!(told.edits[0].state, EditState::Waiting);
    let details = told.sync.error.unwrap().details;
    assert_eq!((details.http_status, details.server_code), (Some(403), None));
    assert!(details.host.is_some_and(|host| host.starts_with("127.0.0.1")));
    bench.proxy().always(Fault::Pass).await;
    bench.settled(all_sent).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_portal_that_refuses_the_session_spends_no_renewal_and_offers_signing_in_from_its_third_answer() {
    let bench = Bench::trying_quickly(OWNER).await;
    let mark = bench.proxy().mark();
    bench.proxy().always(Fault::Respond(FakeResponse::page(401))).await;
    bench.app.refresh();
    let helps = bench.settled(|snapshot| snapshot.sync.sign_in_helps).await;
    assert_eq!(helps.session, SessionState::SignedIn);
    let requests = bench.proxy().requests(mark);
    assert!(requests.len() >= 3, "{requests:?}");
    assert!(requests.iter().all(|request| request.method == "GET"), "{requests:?}");
    bench.proxy().always(Fault::Pass).await;
    bench.settled(|snapshot| all_sent(snapshot) && !snapshot.sync.sign_in_helps).await;
}

/// Whatever its status: without new tokens nothing else gets through.
#[tokio::test(flavor = "multi_thread")]
async fn signing_in_is_offered_too_where_only_the_renewal_is_blocked() {
    let bench = Bench::trying_quickly(OWNER).await;
    bench.proxy().always_on("POST", "/v1/auth/refresh", Fault::Respond(FakeResponse::page(403)));
    bench.sandbox().expire_access_tokens().await.unwrap();
    bench.app.save_profile(first_name("Olga")).await.unwrap();
    let helps = bench.settled(|snapshot| snapshot.sync.sign_in_helps).await;
    assert_eq!((helps.session, helps.edits[0].state), (SessionState::SignedIn, EditState::Waiting));
    bench.sign_in(OWNER, common::PASSWORD).await.unwrap();
    assert_eq!(bench.settled(all_sent).await.profile.unwrap().first_name, "Olga");
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_in_again_over_a_living_session_replaces_it_only_when_it_succeeds() {
    let bench = Bench::trying_quickly(OWNER).await;
    let entries = bench.vault.entries.lock().unwrap().clone();
    bench.proxy().always(Fault::Respond(FakeResponse::page(401))).await;
    bench.app.save_profile(first_name("Olga")).await.unwrap();
    bench.settled(|snapshot| snapshot.sync.sign_in_helps).await;
    bench.sign_in(OWNER, common::PASSWORD).await.unwrap_err();
    assert_eq!(bench.app.snapshot().session, SessionState::SignedIn);
    assert_eq!(*bench.vault.entries.lock().unwrap(), entries);
    bench.proxy().always(Fault::Pass).await;
    bench.sign_in(OWNER, common::PASSWORD).await.unwrap();
    let sent = bench.settled(all_sent).await;
    assert_eq!(sent.profile.unwrap().first_name, "Olga");
    assert_ne!(*bench.vault.entries.lock().unwrap(), entries);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_blocked_route_asks_the_person_after_three_answers_and_is_tried_again_as_they_wish() {
    let bench = Bench::trying_quickly(OWNER).await;
    let mark = bench.proxy().mark();
    bench.proxy().always_on("PUT", "/v1/users/", Fault::Respond(FakeResponse::page(403)));
    bench.app.save_profile(first_name("Olga")).await.unwrap();
    let asked = bench.settled(|snapshot| snapshot.sync.state == SyncState::Refused).await;
    let reason = asked.edits[0].reason.clone().unwrap();
    assert_eq!((reason.code, reason.details.http_status), (ErrorCode::RouteBlocked, Some(403)));
    let puts = || bench.proxy().requests(mark).iter().filter(|request| request.method == "PUT").count();
    assert_eq!(puts(), 3);
    assert_eq!(bench.app.snapshot().sync.error, None, "the server itself is there");

    bench.app.send_again(ProfileField::FirstName).await.unwrap();
    bench.settled(|snapshot| snapshot.sync.state == SyncState::Refused && puts() == 6).await;
    bench.proxy().clear_rules();
    bench.app.send_again(ProfileField::FirstName).await.unwrap();
    let sent = bench.settled(all_sent).await;
    assert_eq!(sent.profile.unwrap().first_name, "Olga");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_saved_over_a_blocked_change_begins_anew_and_what_gets_through_takes_it_along() {
    let bench = Bench::trying_quickly(OWNER).await;
    let blocked = |snapshot: &Snapshot| snapshot.sync.state == SyncState::Refused;
    bench.proxy().always_on("PUT", "/v1/users/", Fault::Respond(FakeResponse::page(403)));
    bench.app.save_profile(first_name("Olga")).await.unwrap();
    bench.settled(blocked).await;
    // One bad answer to the new value is none of three in a row.
    bench.proxy().clear_on("PUT", "/v1/users/");
    bench.proxy().next_on("PUT", "/v1/users/", Fault::Respond(FakeResponse::page(403)));
    bench.app.save_profile(first_name("Odile")).await.unwrap();
    bench.settled(all_sent).await;

    bench.proxy().always_on("PUT", "/v1/users/", Fault::Respond(FakeResponse::page(403)));
    bench.app.save_profile(first_name("Olga")).await.unwrap();
    bench.settled(blocked).await;
    bench.proxy().clear_on("PUT", "/v1/users/");
    bench.app.save_profile(ProfileChanges { last_name: Some("Olsen".into()), ..Default::default() }).await.unwrap();
    let sent = bench.settled(all_sent).await.profile.unwrap();
    assert_eq!((sent.first_name.as_str(), sent.last_name.as_str()), ("Olga", "Olsen"));
}

#[tokio::test(flavor = "multi_thread")]
async fn changes_that_are_blocked_together_are_tried_one_at_a_time() {
    let bench = Bench::trying_quickly(OWNER).await;
    let mark = bench.proxy().mark();
    for _ in 0..3 {
        bench.proxy().next_on("PUT", "/v1/users/", Fault::Respond(FakeResponse::page(403)));
    }
    bench.app.save_profile(ProfileChanges { last_name: Some("Olsen".into()), ..first_name("Olga") }).await.unwrap();
    bench.settled(all_sent).await;
    assert_eq!(bench.proxy().requests(mark).iter().filter(|request| request.method == "PUT").count(), 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_blocked_upload_holds_nothing_else_up() {
    let bench = Bench::trying_quickly(OWNER).await;
    bench.proxy().always_on("POST", "/v1/upload/", Fault::Respond(FakeResponse::page(413)));
    let photo = std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/../../icons/512x512.png")).unwrap();
    let prepared = bench.prepared(photo).await;
    let picture = Some(PictureChoice::Held { id: prepared.picture.id });
    bench.app.save_profile(ProfileChanges { picture, ..first_name("Olga") }).await.unwrap();
    let asked = bench.settled(|snapshot| snapshot.sync.state == SyncState::Refused).await;
    let [edit] = &asked.edits[..] else { panic!("the name has arrived: {:?}", asked.edits) };
    assert_eq!((edit.field, edit.state), (ProfileField::Picture, EditState::Refused));
    assert_eq!(edit.reason.as_ref().unwrap().code, ErrorCode::RouteBlocked);
    assert_eq!(bench.elsewhere(OWNER).await.profile().await["firstName"], "Olga");

    bench.proxy().clear_rules();
    bench.app.send_again(ProfileField::Picture).await.unwrap();
    bench.settled(all_sent).await;
    assert!(bench.elsewhere(OWNER).await.profile().await["picture"].as_str().unwrap().contains("/pictures/"));
}

/// The app starts again, and its exchange begins without being asked; its clock is some minutes ahead.
async fn start_ahead(bench: &mut Bench, minutes: i64) {
    let ahead = move |config: &mut Config| {
        let clock = Arc::clone(&config.clock);
        config.clock = Arc::new(move || clock() + minutes * 60 * 1000);
    };
    bench.restart_with(ahead).await;
    bench.app.start().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_blocked_route_is_tried_again_after_an_hour_by_itself_unless_the_request_is_too_large_for_it() {
    for (status, comes_by_itself) in [(403, true), (413, false), (414, false), (431, false)] {
        let mut bench = Bench::trying_quickly(OWNER).await;
        bench.proxy().always_on("PUT", "/v1/users/", Fault::Respond(FakeResponse::page(status)));
        bench.app.save_profile(first_name("Olga")).await.unwrap();
        bench.settled(|snapshot| snapshot.sync.state == SyncState::Refused).await;
        bench.proxy().clear_rules();

        let mark = bench.proxy().mark();
        start_ahead(&mut bench, 0).await;
        bench.settled(|snapshot| snapshot.sync.state == SyncState::Refused && snapshot.sync.as_of.is_some()).await;
        bench.proxy().wait_for(mark, "GET", "/v1/users/profile").await.unwrap();
        assert!(bench.proxy().requests(mark).iter().all(|request| request.method == "GET"), "too soon");

        let mark = bench.proxy().mark();
        start_ahead(&mut bench, 61).await;
        if comes_by_itself {
            bench.settled(all_sent).await;
        } else {
            bench.proxy().wait_for(mark, "GET", "/v1/users/profile").await.unwrap();
            assert_eq!(bench.app.snapshot().edits[0].state, EditState::Refused, "{status}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_asks_for_another_try_sends_what_waits_for_a_blocked_route() {
    let bench = Bench::trying_quickly(OWNER).await;
    for (status, name) in [(403, "Olga"), (413, "Olya")] {
        let mark = bench.proxy().mark();
        let puts = || bench.proxy().requests(mark).iter().filter(|request| request.method == "PUT").count();
        bench.proxy().always_on("PUT", "/v1/users/", Fault::Respond(FakeResponse::page(status)));
        bench.app.save_profile(first_name(name)).await.unwrap();
        bench.settled(|snapshot| snapshot.sync.state == SyncState::Refused && puts() == 3).await;
        bench.app.refresh();
        // The route is known to be blocked: one answer is enough now.
        bench.settled(|snapshot| snapshot.sync.state == SyncState::Refused && puts() == 4).await;

        bench.proxy().clear_rules();
        bench.app.refresh();
        let sent = bench.settled(all_sent).await;
        assert_eq!(sent.profile.unwrap().first_name, name);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_profile_of_somebody_else_is_neither_shown_nor_kept_nor_compared() {
    let bench = Bench::trying_quickly(OWNER).await;
    let before = bench.app.snapshot().profile.unwrap();
    // So that the profile is read, and not only known to be the same.
    bench.elsewhere(OWNER).await.put(serde_json::json!({ "lastName": "Olsen" })).await;
    bench.proxy().always_on("GET", "/v1/users/profile", Fault::SomebodyElse);
    bench.app.save_profile(first_name("Olga")).await.unwrap();
    let told = bench.settled(failed_with(ErrorCode::OtherPerson)).await;
    assert!(told.sync.sign_in_helps && told.session == SessionState::SignedIn);
    let shown = told.profile.unwrap();
    assert_eq!((shown.id, shown.email, shown.last_name), (before.id, before.email, before.last_name));
    assert_eq!(told.edits[0].state, EditState::Waiting);
    bench.proxy().clear_rules();
    let sent = bench.settled(all_sent).await;
    assert_eq!(sent.profile.unwrap().first_name, "Olga");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_about_somebody_else_to_a_write_says_nothing_about_it() {
    let bench = Bench::trying_quickly(OWNER).await;
    for (number, fault) in [Fault::SomebodyElse, Fault::NoContent].into_iter().enumerate() {
        let name = format!("Olga {number}");
        let mark = bench.proxy().mark();
        bench.proxy().next_on("PUT", "/v1/users/", fault);
        bench.app.save_profile(first_name(&name)).await.unwrap();
        let profile = bench.settled(all_sent).await.profile.unwrap();
        assert_eq!((profile.first_name.as_str(), profile.email.as_str()), (name.as_str(), OWNER));
        let puts = bench.proxy().requests(mark).iter().filter(|request| request.method == "PUT").count();
        assert_eq!(puts, 1, "it had arrived");
    }
}
