//! The open team is kept up to date when the window comes forward, and says what has not been loaded.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use crate::common::team::{COLLABORATORS, team_is_read};
use crate::common::{OWNER, TestApp};
use lapel_core::views::{ListSeparator, SignOutScope, Snapshot, SyncState, TeamPartial, TeamQuery};
use lapel_testkit::proxy::Fault;

const SECOND: i64 = 1000;

#[tokio::test(flavor = "multi_thread")]
async fn coming_forward_refreshes_an_open_team_that_was_read_more_than_a_minute_ago() {
    let mut test = TestApp::signed_in_through_proxy_with_members(OWNER, 3).await;
    let now = Arc::new(AtomicI64::new(1_900_000_000_000));
    let clock = Arc::clone(&now);
    test.restart_with(|config| {
        let clock = Arc::clone(&clock);
        config.clock = Arc::new(move || clock.load(Ordering::Relaxed));
    })
    .await;
    test.app.start().await;
    test.wait_until(|snapshot| snapshot.sync.state == SyncState::Fresh).await;
    now.fetch_add(120 * SECOND, Ordering::Relaxed);
    let mark = test.proxy().mark();
    // Each refresh reads the list of organizations once.
    let lists = |path: &str| path.starts_with("/v1/organizations") && !path.contains("collaborators");
    let refreshes = || test.proxy().requests(mark).iter().filter(|request| lists(&request.path)).count();
    test.app.come_forward();
    assert_eq!(refreshes(), 0, "the team was not opened");

    test.app.open_team(None).await.unwrap();
    let as_of = |wanted: i64| {
        move |snapshot: &Snapshot| {
            team_is_read(snapshot) && snapshot.team.as_ref().is_some_and(|team| team.as_of == Some(wanted))
        }
    };
    test.wait_until(as_of(now.load(Ordering::Relaxed))).await;
    assert_eq!(refreshes(), 1);
    for (seconds, refreshes_so_far) in [(59, 1), (2, 2), (59, 2), (-3600, 3), (600, 4)] {
        now.fetch_add(seconds * SECOND, Ordering::Relaxed);
        // Only the first of several refreshes.
        test.app.come_forward();
        test.app.come_forward();
        if refreshes_so_far > 1 && seconds != 59 {
            test.wait_until(as_of(now.load(Ordering::Relaxed))).await;
        }
        assert!(test.team().refreshing.is_none());
        assert_eq!(refreshes(), refreshes_so_far, "after {seconds} seconds");
    }

    // Without a connection, only a successful sync refreshes the team.
    now.fetch_add(61 * SECOND, Ordering::Relaxed);
    test.proxy().always_on("GET", "/v1/organizations", Fault::Offline);
    test.app.come_forward();
    test.wait_until(|snapshot| snapshot.team.as_ref().is_some_and(|team| team.error.is_some())).await;
    now.fetch_add(61 * SECOND, Ordering::Relaxed);
    let before = refreshes();
    test.app.come_forward();
    assert!(test.team().refreshing.is_none() && refreshes() == before);
    test.proxy().clear_rules();
    test.app.refresh();
    test.wait_until(as_of(now.load(Ordering::Relaxed))).await;

    test.app.sign_out(SignOutScope::ThisAccount, true).await.unwrap();
    now.fetch_add(61 * SECOND, Ordering::Relaxed);
    let before = refreshes();
    test.app.come_forward();
    assert_eq!((refreshes(), test.app.snapshot().team.is_none()), (before, true), "signed out");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_partly_read_team_says_how_much_was_loaded() {
    let mut test = TestApp::signed_in_through_proxy_with_members(OWNER, 6000).await;
    let fifth = format!("{COLLABORATORS}?page=5&");
    test.proxy().always_on("GET", &fifth, Fault::status(400));
    test.app.open_team(None).await.unwrap();
    let failed = |snapshot: &Snapshot| {
        snapshot.team.as_ref().is_some_and(|team| team.error.is_some() && team.refreshing.is_none())
    };
    let team = test.wait_until(failed).await.team.unwrap();
    let partial = TeamPartial { loaded: team.total, expected: Some(6005) };
    assert!(team.total >= 1000 && team.total < 6005, "{}", team.total);
    assert_eq!(team.partial, Some(partial));
    let exported = test.app.export_team(&TeamQuery::default(), ListSeparator::Comma).await.unwrap();
    assert_eq!((exported.rows, exported.partial), (team.total, true));

    test.restart().await;
    test.app.start().await;
    test.wait_until(|snapshot| snapshot.sync.state == SyncState::Fresh).await;
    test.wait_until(|snapshot| snapshot.team.as_ref().is_some_and(|team| team.loaded)).await;
    assert_eq!(test.team().partial, Some(partial), "still known after a restart");
    test.proxy().clear_rules();
    test.app.open_team(None).await.unwrap();
    assert_eq!(test.wait_until(team_is_read).await.team.unwrap().partial, None);
    assert!(!test.app.export_team(&TeamQuery::default(), ListSeparator::Comma).await.unwrap().partial);

    test.proxy().always_on("GET", &fifth, Fault::status(400));
    test.app.refresh_team();
    assert_eq!(test.wait_until(failed).await.team.unwrap().partial, None, "everybody was loaded before");
}
