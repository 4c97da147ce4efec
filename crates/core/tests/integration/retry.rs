//! Automatic retries: when the app sends again without a user action, and when it does not.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use crate::common::{OWNER, TestApp, all_sent, first_name};
use lapel_core::views::{ErrorCode, Snapshot, StorageState, SyncState};
use lapel_core::{Backoff, Config};
use lapel_testkit::proxy::Fault;

/// Longer than any test. The app retries only when an event triggers it.
const NEVER: Backoff = Backoff { first: Duration::from_secs(3600), max: Duration::from_secs(3600) };

/// Short waits, for tests that are not about the waits.
const AT_ONCE: Backoff = Backoff { first: Duration::from_millis(10), max: Duration::from_millis(40) };

/// Slow enough that the state during the request can be observed.
const SLOW_RESPONSE: Fault = Fault::Latency(Duration::from_millis(200));

fn is_waiting(snapshot: &Snapshot) -> bool {
    snapshot.sync.state == SyncState::WaitingForNetwork && snapshot.sync.tries_again && snapshot.sync.unsent == 1
}

fn unavailable(retry_after: u64) -> Fault {
    Fault::Status { status: 503, envelope: None, retry_after: Some(retry_after) }
}

async fn start_with(change: impl Fn(&mut Config)) -> TestApp {
    let mut test = TestApp::signed_in_through_proxy(OWNER).await;
    test.restart_with(change).await;
    test.app.start().await;
    test.wait_until(all_sent).await;
    test
}

#[tokio::test(flavor = "multi_thread")]
async fn a_waiting_edit_is_sent_automatically_when_the_server_is_back() {
    let mut test = TestApp::signed_in_through_proxy(OWNER).await;
    test.stop_server().await;
    test.app.save_profile(first_name("Olga")).await.unwrap();
    test.wait_until(is_waiting).await;
    test.start_server().await;
    test.wait_until(all_sent).await;
    assert_eq!(test.other_client(OWNER).await.profile().await["firstName"], "Olga");
}

/// While the computer sleeps, its monotonic clock stops. The wait must still end by the wall clock.
#[tokio::test(flavor = "multi_thread")]
async fn a_wait_that_the_server_asked_for_ends_by_the_wall_clock() {
    let ahead = Arc::new(AtomicI64::new(0));
    let test = start_with(|config| {
        let (clock, ahead) = (Arc::clone(&config.clock), Arc::clone(&ahead));
        config.clock = Arc::new(move || clock() + ahead.load(Ordering::Relaxed));
    })
    .await;
    test.proxy().next_on("GET", "/v1/users/profile", unavailable(3600));
    test.app.save_profile(first_name("Olga")).await.unwrap();
    // The wait has started once its end is shown.
    test.wait_until(|snapshot| is_waiting(snapshot) && snapshot.sync.next_try.is_some()).await;
    ahead.store(3_600_000, Ordering::Relaxed);
    tokio::time::timeout(Duration::from_secs(5), test.wait_until(all_sent)).await.expect("within five seconds");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_network_change_triggers_an_immediate_retry() {
    let addresses = Arc::new(Mutex::new(Vec::<IpAddr>::new()));
    let probed = Arc::clone(&addresses);
    let test = start_with(|config| {
        config.backoff = NEVER;
        let probed = Arc::clone(&probed);
        config.network_probe = Arc::new(move || probed.lock().unwrap().clone());
    })
    .await;
    test.proxy().always(Fault::Offline).await;
    test.app.save_profile(first_name("Olga")).await.unwrap();
    test.wait_until(is_waiting).await;
    test.proxy().always(Fault::Pass).await;
    addresses.lock().unwrap().push(Ipv4Addr::new(192, 0, 2, 7).into());
    tokio::time::timeout(Duration::from_secs(5), test.wait_until(all_sent)).await.expect("within five seconds");
}

#[tokio::test(flavor = "multi_thread")]
async fn activating_the_window_triggers_an_immediate_retry() {
    let test = start_with(|config| config.backoff = NEVER).await;
    test.proxy().always(Fault::Offline).await;
    test.app.save_profile(first_name("Olga")).await.unwrap();
    test.wait_until(is_waiting).await;
    test.proxy().always(Fault::Pass).await;
    test.app.come_forward();
    test.wait_until(all_sent).await;
    let mark = test.proxy().mark();
    test.proxy().next_on("GET", "/v1/users/profile", SLOW_RESPONSE);
    test.app.come_forward();
    test.app.refresh();
    test.wait_until(|snapshot| snapshot.sync.state == SyncState::Refreshing).await;
    test.wait_until(all_sent).await;
    assert_eq!(test.proxy().requests(mark).len(), 1, "a profile that was just read is not read again");
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_sent_automatically_before_the_time_in_retry_after() {
    let test = start_with(|config| config.backoff = AT_ONCE).await;
    test.proxy().next_on("GET", "/v1/users/profile", unavailable(2));
    let (mark, started_at) = (test.proxy().mark(), Instant::now());
    test.app.save_profile(first_name("Olga")).await.unwrap();
    test.wait_until(is_waiting).await;
    test.app.save_profile(first_name("Olwen")).await.unwrap();
    test.app.come_forward();
    test.wait_until(all_sent).await;
    assert!(started_at.elapsed() >= Duration::from_secs(2), "{:?}", started_at.elapsed());
    let requests: Vec<String> = test.proxy().requests(mark).into_iter().map(|request| request.method).collect();
    assert_eq!(requests, ["GET", "GET", "PUT"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_manual_refresh_does_not_wait_for_the_time_in_retry_after() {
    let test = start_with(|config| config.backoff = NEVER).await;
    test.proxy().next_on("GET", "/v1/users/profile", unavailable(7200));
    test.app.save_profile(first_name("Olga")).await.unwrap();
    test.wait_until(|snapshot| is_waiting(snapshot) && snapshot.sync.next_try.is_some()).await;
    let sync = test.app.snapshot().sync.clone();
    let wait = Duration::from_millis(u64::try_from(sync.next_try.unwrap() - sync.as_of.unwrap()).unwrap());
    assert!((7200..7260).contains(&wait.as_secs()), "expected the two hours that the server asked for, got {wait:?}");
    test.app.refresh();
    test.wait_until(all_sent).await;
    assert_eq!(test.app.snapshot().sync.next_try, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn saving_during_a_wait_does_not_lengthen_the_wait() {
    let backoff = Backoff { first: Duration::from_secs(20), max: Duration::from_secs(3600) };
    let test = start_with(|config| config.backoff = backoff).await;
    test.proxy().always(Fault::Offline).await;
    test.app.save_profile(first_name("Olga")).await.unwrap();
    let first = test.wait_until(|snapshot| snapshot.sync.next_try.is_some()).await.sync.next_try;
    test.app.save_profile(first_name("Olwen")).await.unwrap();
    let sync = test.wait_until(|snapshot| snapshot.sync.next_try != first).await.sync;
    let wait = sync.next_try.unwrap() - sync.as_of.unwrap();
    assert!(wait < 35_000, "expected the wait after a first failure, not twice that: {wait}");
}

#[tokio::test(flavor = "multi_thread")]
async fn automatic_retries_do_not_show_the_refreshing_state() {
    let test = start_with(|config| config.backoff = AT_ONCE).await;
    test.proxy().always(Fault::Offline).await;
    test.app.save_profile(first_name("Olga")).await.unwrap();
    test.wait_until(is_waiting).await;
    let (mut snapshots, showed_refreshing) = (test.app.snapshots(), Arc::new(AtomicBool::new(false)));
    let observed = Arc::clone(&showed_refreshing);
    let observer = tokio::spawn(async move {
        while snapshots.changed().await.is_ok() {
            let state = snapshots.borrow_and_update().sync.state;
            observed.fetch_or(state == SyncState::Refreshing, Ordering::Relaxed);
        }
    });
    test.proxy().always(Fault::status(503)).await;
    test.wait_until(|snapshot| snapshot.sync.error.as_ref().is_some_and(|error| error.code == ErrorCode::Transient))
        .await;
    let mark = test.proxy().mark();
    test.proxy().wait_for_requests(mark, "GET", "/v1/users/profile", 5).await.unwrap();
    assert!(!showed_refreshing.load(Ordering::Relaxed));
    observer.abort();
    test.proxy().next_on("GET", "/v1/users/profile", SLOW_RESPONSE);
    test.app.refresh();
    test.wait_until(|snapshot| snapshot.sync.state == SyncState::Refreshing).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failing_disk_is_reported_and_retried_slowly() {
    // Longer than the time that a sync itself takes to fail on the locked database.
    let wait = Duration::from_millis(1500);
    let test = start_with(|config| config.backoff = Backoff { first: wait, max: wait }).await;
    test.proxy().always(Fault::Offline).await;
    test.app.save_profile(first_name("Olga")).await.unwrap();
    test.wait_until(is_waiting).await;
    let mut other = rusqlite::Connection::open(test.folder.path().join("lapel.db")).unwrap();
    let lock = other.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate).unwrap();
    let mark = test.proxy().mark();
    test.proxy().always(Fault::Pass).await;
    let failed =
        |snapshot: &Snapshot| snapshot.sync.error.as_ref().is_some_and(|error| error.code == ErrorCode::StorageFailed);
    test.wait_until(failed).await;
    test.proxy().wait_for_requests(mark, "GET", "/v1/users/profile", 3).await.unwrap();
    let attempts = test.proxy().requests(mark);
    for pair in attempts.windows(2) {
        let between = pair[1].arrived_at - pair[0].arrived_at;
        assert!(between >= wait, "only {between:?} between two attempts: {attempts:?}");
    }
    test.app.save_profile(first_name("Olivia")).await.unwrap_err();
    assert_ne!(test.app.snapshot().storage, StorageState::Sound);
    lock.rollback().unwrap();
    test.wait_until(|snapshot| all_sent(snapshot) && snapshot.storage == StorageState::Sound).await;
}
