//! Sending without a click: when the app tries again by itself, and when it does not.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

mod common;

use std::net::{IpAddr, Ipv4Addr};
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use common::{OWNER, TestApp, all_sent, first_name};
use lapel_core::views::{ErrorCode, Snapshot, StorageState, SyncState};
use lapel_core::{Backoff, Config};
use lapel_testkit::proxy::Fault;

/// Longer than any test waits: only what wakes the app lets it try again.
const NEVER: Backoff = Backoff { first: Duration::from_secs(3600), max: Duration::from_secs(3600) };

/// So soon that waiting is not what a test is about.
const AT_ONCE: Backoff = Backoff { first: Duration::from_millis(10), max: Duration::from_millis(40) };

/// So that what is shown meanwhile can be seen.
const SLOWLY: Fault = Fault::Latency(Duration::from_millis(200));

fn waits(snapshot: &Snapshot) -> bool {
    snapshot.sync.state == SyncState::WaitingForNetwork && snapshot.sync.tries_again && snapshot.sync.unsent == 1
}

fn unavailable(retry_after: u64) -> Fault {
    Fault::Status { status: 503, envelope: None, retry_after: Some(retry_after) }
}

async fn test_with(change: impl Fn(&mut Config)) -> TestApp {
    let mut test = TestApp::behind_a_proxy(OWNER).await;
    test.restart_with(change).await;
    test.app.start().await;
    test.wait_until(all_sent).await;
    test
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_is_sent_by_itself_when_the_server_is_back() {
    let mut test = TestApp::behind_a_proxy(OWNER).await;
    test.stop_server().await;
    test.app.save_profile(first_name("Olga")).await.unwrap();
    test.wait_until(waits).await;
    test.start_server().await;
    test.wait_until(all_sent).await;
    assert_eq!(test.elsewhere(OWNER).await.profile().await["firstName"], "Olga");
}

/// After the computer has slept: its monotonic clock stood still, and the hour is over by the wall clock.
#[tokio::test(flavor = "multi_thread")]
async fn a_wait_that_the_server_asked_for_ends_by_the_wall_clock_too() {
    let ahead = Arc::new(AtomicI64::new(0));
    let test = test_with(|config| {
        let (clock, ahead) = (Arc::clone(&config.clock), Arc::clone(&ahead));
        config.clock = Arc::new(move || clock() + ahead.load(Ordering::Relaxed));
    })
    .await;
    test.proxy().next_on("GET", "/v1/users/profile", unavailable(3600));
    test.app.save_profile(first_name("Olga")).await.unwrap();
    // The wait has begun once its end is shown.
    test.wait_until(|snapshot| waits(snapshot) && snapshot.sync.next_try.is_some()).await;
    ahead.store(3_600_000, Ordering::Relaxed);
    tokio::time::timeout(Duration::from_secs(5), test.wait_until(all_sent)).await.expect("within five seconds");
}

#[tokio::test(flavor = "multi_thread")]
async fn another_network_is_a_reason_to_try_at_once() {
    let ways = Arc::new(Mutex::new(Vec::<IpAddr>::new()));
    let seen = Arc::clone(&ways);
    let test = test_with(|config| {
        config.backoff = NEVER;
        let seen = Arc::clone(&seen);
        config.network_probe = Arc::new(move || seen.lock().unwrap().clone());
    })
    .await;
    test.proxy().always(Fault::Offline).await;
    test.app.save_profile(first_name("Olga")).await.unwrap();
    test.wait_until(waits).await;
    test.proxy().always(Fault::Pass).await;
    ways.lock().unwrap().push(Ipv4Addr::new(192, 0, 2, 7).into());
    tokio::time::timeout(Duration::from_secs(5), test.wait_until(all_sent)).await.expect("within five seconds");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_window_coming_forward_is_a_reason_too() {
    let test = test_with(|config| config.backoff = NEVER).await;
    test.proxy().always(Fault::Offline).await;
    test.app.save_profile(first_name("Olga")).await.unwrap();
    test.wait_until(waits).await;
    test.proxy().always(Fault::Pass).await;
    test.app.come_forward();
    test.wait_until(all_sent).await;
    let mark = test.proxy().mark();
    test.proxy().next_on("GET", "/v1/users/profile", SLOWLY);
    test.app.come_forward();
    test.app.refresh();
    test.wait_until(|snapshot| snapshot.sync.state == SyncState::Refreshing).await;
    test.wait_until(all_sent).await;
    assert_eq!(test.proxy().requests(mark).len(), 1, "what was read just now is not read again");
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_sent_by_itself_before_the_time_that_the_server_named() {
    let test = test_with(|config| config.backoff = AT_ONCE).await;
    test.proxy().next_on("GET", "/v1/users/profile", unavailable(2));
    let (mark, asked_at) = (test.proxy().mark(), Instant::now());
    test.app.save_profile(first_name("Olga")).await.unwrap();
    test.wait_until(waits).await;
    test.app.save_profile(first_name("Olwen")).await.unwrap();
    test.app.come_forward();
    test.wait_until(all_sent).await;
    assert!(asked_at.elapsed() >= Duration::from_secs(2), "{:?}", asked_at.elapsed());
    let requests: Vec<String> = test.proxy().requests(mark).into_iter().map(|request| request.method).collect();
    assert_eq!(requests, ["GET", "GET", "PUT"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_may_try_before_it() {
    let test = test_with(|config| config.backoff = NEVER).await;
    test.proxy().next_on("GET", "/v1/users/profile", unavailable(7200));
    test.app.save_profile(first_name("Olga")).await.unwrap();
    test.wait_until(|snapshot| waits(snapshot) && snapshot.sync.next_try.is_some()).await;
    let sync = test.app.snapshot().sync.clone();
    let wait = Duration::from_millis(u64::try_from(sync.next_try.unwrap() - sync.as_of.unwrap()).unwrap());
    assert!((7200..7260).contains(&wait.as_secs()), "said is what the server named, after {wait:?}");
    test.app.refresh();
    test.wait_until(all_sent).await;
    assert_eq!(test.app.snapshot().sync.next_try, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_person_does_meanwhile_puts_the_next_try_off_no_further() {
    let pace = Backoff { first: Duration::from_secs(20), max: Duration::from_secs(3600) };
    let test = test_with(|config| config.backoff = pace).await;
    test.proxy().always(Fault::Offline).await;
    test.app.save_profile(first_name("Olga")).await.unwrap();
    let first = test.wait_until(|snapshot| snapshot.sync.next_try.is_some()).await.sync.next_try;
    test.app.save_profile(first_name("Olwen")).await.unwrap();
    let sync = test.wait_until(|snapshot| snapshot.sync.next_try != first).await.sync;
    let wait = sync.next_try.unwrap() - sync.as_of.unwrap();
    assert!(wait < 35_000, "the wait of a first failure, and not twice that: {wait}");
}

#[tokio::test(flavor = "multi_thread")]
async fn tries_that_nobody_asked_for_are_made_in_silence() {
    let test = test_with(|config| config.backoff = AT_ONCE).await;
    test.proxy().always(Fault::Offline).await;
    test.app.save_profile(first_name("Olga")).await.unwrap();
    test.wait_until(waits).await;
    let (mut snapshots, spoke) = (test.app.snapshots(), Arc::new(AtomicBool::new(false)));
    let heard = Arc::clone(&spoke);
    let listening = tokio::spawn(async move {
        while snapshots.changed().await.is_ok() {
            let state = snapshots.borrow_and_update().sync.state;
            heard.fetch_or(state == SyncState::Refreshing, Ordering::Relaxed);
        }
    });
    test.proxy().always(Fault::status(503)).await;
    test.wait_until(|snapshot| snapshot.sync.error.as_ref().is_some_and(|error| error.code == ErrorCode::Transient))
        .await;
    let mark = test.proxy().mark();
    for _ in 0..5 {
        test.proxy().wait_for(mark, "GET", "/v1/users/profile").await.unwrap();
    }
    assert!(!spoke.load(Ordering::Relaxed));
    listening.abort();
    test.proxy().next_on("GET", "/v1/users/profile", SLOWLY);
    test.app.refresh();
    test.wait_until(|snapshot| snapshot.sync.state == SyncState::Refreshing).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disk_that_fails_is_told_and_tried_again_with_patience() {
    let test = TestApp::behind_a_proxy(OWNER).await;
    test.proxy().always(Fault::Offline).await;
    test.app.save_profile(first_name("Olga")).await.unwrap();
    test.wait_until(waits).await;
    let mut other = rusqlite::Connection::open(test.folder.path().join("lapel.db")).unwrap();
    let held = other.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate).unwrap();
    let mark = test.proxy().mark();
    test.proxy().always(Fault::Pass).await;
    let failed =
        |snapshot: &Snapshot| snapshot.sync.error.as_ref().is_some_and(|error| error.code == ErrorCode::StorageFailed);
    test.wait_until(failed).await;
    tokio::time::sleep(Duration::from_secs(4)).await;
    let tries = test.proxy().requests(mark).len();
    assert!((1..=4).contains(&tries), "{tries} tries in four seconds");
    test.app.save_profile(first_name("Olivia")).await.unwrap_err();
    assert_ne!(test.app.snapshot().storage, StorageState::Sound);
    held.rollback().unwrap();
    test.wait_until(|snapshot| all_sent(snapshot) && snapshot.storage == StorageState::Sound).await;
}
