//! Measures role changes of many people: the cost of one change in a small and in a large team, and a run of 5,000
//! changes compared with curl, which sends the same number of changes to the same server, as many at a time.

use std::time::{Duration, Instant};

use lapel_core::App;
use lapel_core::views::{BatchState, RoleKind, SelectionChange, SignIn, Snapshot, TeamQuery};
use lapel_testkit::other_client::{DEMO_PASSWORD, OtherClient};
use lapel_testkit::program::command;
use lapel_testkit::test_world::OWNER;
use lapel_testkit::{Result, TestError};

use crate::figures::{percentile, report};
use crate::processor_time::processor_time;
use crate::team_core::{open, wait_until_loaded};

/// The number of changes in the small and in the large team.
const CHANGES: usize = 250;

/// The number of changes in the large team for which a run reads as many rows per change as with [`CHANGES`] in the small team:
/// it reads pages of 1,000 rows, and the small team has one page of 300.
const CHANGES_OF_A_PAGE: usize = 833;

/// The first of those rows, on a page that the other run does not read.
const OTHER_PAGE: usize = 2000;

/// The number of changes that are compared with curl.
const MANY_CHANGES: usize = 5000;

/// How often each run is repeated.
const RUNS: usize = 5;

fn failed(error: lapel_core::views::AppError) -> TestError {
    TestError::Failed(error.to_string())
}

pub(crate) async fn measure(small: &str, large: &str) -> Result<()> {
    let folders = (folder()?, folder()?);
    let small = signed_in(small, folders.0.path()).await?;
    let large_server = large;
    let large = signed_in(large, folders.1.path()).await?;
    let (mut small_times, mut large_times, mut page_times) = (Vec::new(), Vec::new(), Vec::new());
    for number in 0..RUNS {
        small_times.push(cost(&small, 0, CHANGES, number).await?);
        large_times.push(cost(&large, 0, CHANGES, number).await?);
        page_times.push(cost(&large, OTHER_PAGE, CHANGES_OF_A_PAGE, number).await?);
    }
    let small_time = percentile(&mut small_times, 0.5);
    report(&format!("team-change-in-300 {small_time:.3} ms of processor time"));
    for (name, mut times) in [("team-change-in-100000", large_times), ("team-change-in-100000-of-a-page", page_times)] {
        let time = percentile(&mut times, 0.5);
        report(&format!("{name} {time:.3} ms of processor time, ratio {:.2}", time / small_time));
    }

    let (mut app_times, mut curl_times) = (Vec::new(), Vec::new());
    for number in 0..3 {
        let started = Instant::now();
        run(&large, 0, MANY_CHANGES, number).await?;
        app_times.push(started.elapsed());
        curl_times.push(curl(large_server, &large).await?);
        let before = large.snapshot().team.and_then(|team| team.as_of).unwrap_or_default();
        large.refresh_team();
        wait_until_loaded(&large, before).await?;
    }
    let (app_time, curl_time) = (percentile(&mut app_times, 0.5), percentile(&mut curl_times, 0.5));
    report(&format!("team-run-of-5000 {app_time:.0} ms ratio {:.2}", app_time / curl_time));
    report(&format!("team-run-of-5000-curl {curl_time:.0} ms"));
    Ok(())
}

fn folder() -> Result<tempfile::TempDir> {
    tempfile::tempdir().map_err(TestError::io("a folder for the bench"))
}

async fn signed_in(server: &str, folder: &std::path::Path) -> Result<App> {
    let app = open(folder);
    let (email, password) = (OWNER.to_owned(), DEMO_PASSWORD.to_owned());
    app.sign_in(SignIn { server: server.to_owned(), email, password, two_factor_code: None }).await.map_err(failed)?;
    app.open_team(None).await.map_err(failed)?;
    wait_until_loaded(&app, 0).await?;
    Ok(app)
}

/// The members, without the demo users, in the order of their names.
fn members() -> TeamQuery {
    TeamQuery { search: "member".into(), ..TeamQuery::default() }
}

/// The processor time of one change in a run.
async fn cost(app: &App, first: usize, changes: usize, number: usize) -> Result<Duration> {
    Ok(run(app, first, changes, number).await? / u32::try_from(changes).unwrap_or(1))
}

/// Changes the team role of members from the first one on, and returns the processor time that it took.
async fn run(app: &App, first: usize, changes: usize, number: usize) -> Result<Duration> {
    let (query, role) = (members(), if number.is_multiple_of(2) { "unassigned" } else { "editor" });
    app.select_team(&query, &SelectionChange::None).map_err(failed)?;
    app.select_team(&query, &SelectionChange::Range { from: first, to: first + changes - 1 }).map_err(failed)?;
    app.plan_batch(&query, RoleKind::Team, role).map_err(failed)?;
    let before = processor_time()?;
    app.run_batch().await.map_err(failed)?;
    let mut snapshots = app.snapshots();
    let has_ended = |snapshot: &std::sync::Arc<Snapshot>| {
        snapshot.batch.as_ref().is_some_and(|batch| batch.state == BatchState::Over)
    };
    let ended = tokio::time::timeout(Duration::from_secs(300), snapshots.wait_for(has_ended)).await;
    let used = processor_time()?.saturating_sub(before);
    let batch = match ended {
        Ok(Ok(snapshot)) => snapshot.batch.clone(),
        _ => None,
    };
    let batch = batch.ok_or_else(|| TestError::TimedOut("the end of the run".to_owned()))?;
    assert!(batch.done == batch.changes && batch.changes > changes / 2, "{batch:?}");
    app.close_batch().await.map_err(failed)?;
    Ok(used)
}

/// Sends as many changes as a run, four at a time, and reads the pages of the rows.
async fn curl(server: &str, app: &App) -> Result<Duration> {
    let client = OtherClient::sign_in(server, OWNER, DEMO_PASSWORD).await?;
    let team = format!("{server}/organizations/65f0a1c0000000000000a001/collaborators");
    let mut rows = Vec::new();
    while rows.len() < MANY_CHANGES {
        rows.extend(app.team_rows(&members(), rows.len(), 1000).map_err(failed)?.rows);
    }
    rows.truncate(MANY_CHANGES);
    // A role that no run gives, so that each run has something to change.
    let role = "viewer";
    let urls: String = rows.iter().map(|row| format!("url = {team}/{}\noutput = /dev/null\n", row.id)).collect();
    let config = format!(
        "silent\nfail\nparallel\nparallel-immediate\nparallel-max = 4\nrequest = PUT\ndata = \"{{\\\"role\\\":\\\"{role}\\\"}}\"\n\
         header = \"content-type: application/json\"\nheader = \"Authorization: Bearer {}\"\n{urls}",
        client.token()
    );
    let file = tempfile::NamedTempFile::new().map_err(TestError::io("a file for curl"))?;
    std::fs::write(file.path(), config).map_err(TestError::io("a file for curl"))?;
    let mut curl = command("curl");
    curl.arg("--config").arg(file.path()).stderr(std::process::Stdio::null());
    let started = Instant::now();
    let status = curl.status().await.map_err(TestError::io("curl"))?;
    match status.success() {
        true => Ok(started.elapsed()),
        false => Err(TestError::Failed(format!("curl: {status}"))),
    }
}
