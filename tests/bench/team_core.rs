//! Measures the core without a window: loading the team compared with curl, the search for each keystroke, saves of the
//! profile while the whole team is being exported, and the import of a list of the whole team.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use lapel_core::views::{BaseValues, ListSeparator, Preferences, ProfileChanges, SignIn, Snapshot, TeamQuery};
use lapel_core::{App, Config, Desktop, DesktopError, InMemory, PictureProcess};
use lapel_testkit::other_client::{DEMO_PASSWORD, OtherClient};
use lapel_testkit::program::command;
use lapel_testkit::test_world::OWNER;
use lapel_testkit::{Result, TestError};

use crate::MEMBERS;
use crate::figures::{percentile, report};

/// How often the app and curl each load the whole team, in turn.
const LOADS: usize = 5;

/// The number of saves without an export, and of saves during one.
const SAVES: usize = 20;

/// Search texts, typed and deleted letter by letter.
const TYPED: &[&str] =
    &["member 04", "invited", "MEMBER00099", "example.com", "65f0a1c0000000e", "zzz", "ñandú", "0 9"];

pub(crate) async fn measure(server: &str) -> Result<()> {
    let folder = tempfile::tempdir().map_err(TestError::io("a folder for the bench"))?;
    let app = open(folder.path());
    let failed = |error: lapel_core::views::AppError| TestError::Failed(error.to_string());
    let (email, password) = (OWNER.to_owned(), DEMO_PASSWORD.to_owned());
    app.sign_in(SignIn { server: server.to_owned(), email, password, two_factor_code: None }).await.map_err(failed)?;
    app.open_team(None).await.map_err(failed)?;
    let started = Instant::now();
    wait_until_loaded(&app, 0).await?;
    report(&format!("team-first-reading {:.0} ms", started.elapsed().as_secs_f64() * 1000.0));
    let (mut app_times, mut curl_times) = (Vec::new(), Vec::new());
    for _ in 0..LOADS {
        curl_times.push(curl(server).await?);
        let before = app.snapshot().team.and_then(|team| team.as_of).unwrap_or_default();
        let started = Instant::now();
        app.refresh_team();
        wait_until_loaded(&app, before).await?;
        app_times.push(started.elapsed());
    }
    let (app_time, curl_time) = (percentile(&mut app_times, 0.5), percentile(&mut curl_times, 0.5));
    report(&format!("team-refresh {app_time:.0} ms ratio {:.2}", app_time / curl_time));
    report(&format!("team-refresh-curl {curl_time:.0} ms"));

    let mut times = Vec::new();
    let mut query = TeamQuery::default();
    app.team_rows(&query, 0, 60).map_err(failed)?;
    for _ in 0..5 {
        for text in TYPED {
            for end in (1..=text.chars().count()).chain((0..text.chars().count()).rev()) {
                query.search = text.chars().take(end).collect();
                let started = Instant::now();
                let window = app.team_rows(&query, 0, 60).map_err(failed)?;
                times.push(started.elapsed());
                assert!(window.found <= MEMBERS + 5);
            }
        }
    }
    report(&format!("team-keystroke-core-p50 {:.2} ms", percentile(&mut times, 0.5)));
    report(&format!("team-keystroke-core-p99 {:.2} ms", percentile(&mut times, 0.99)));

    saves_while_exporting(&app).await?;
    import(&app).await?;

    drop(app);
    let app = open(folder.path());
    let started = Instant::now();
    app.open_team(None).await.map_err(failed)?;
    app.team_rows(&TeamQuery::default(), 0, 60).map_err(failed)?;
    report(&format!("team-cold-rows-core {:.0} ms", started.elapsed().as_secs_f64() * 1000.0));
    Ok(())
}

/// Waits until the team was loaded later than `before` (milliseconds).
pub(crate) async fn wait_until_loaded(app: &App, before: i64) -> Result<()> {
    let mut snapshots = app.snapshots();
    let is_loaded = |snapshot: &Arc<Snapshot>| {
        let team = snapshot.team.as_ref();
        team.is_some_and(|team| team.refreshing.is_none() && (team.as_of > Some(before) || team.error.is_some()))
    };
    let reached = tokio::time::timeout(Duration::from_secs(120), snapshots.wait_for(is_loaded)).await;
    match reached {
        Ok(Ok(snapshot)) if snapshot.team.as_ref().is_some_and(|team| team.error.is_none()) => Ok(()),
        _ => Err(TestError::TimedOut(format!("the whole team; {:?}", app.snapshot().team))),
    }
}

/// Measures how long a save takes without an export and, in turn, during an export of all rows.
async fn saves_while_exporting(app: &App) -> Result<()> {
    let (mut alone, mut exporting) = (Vec::new(), Vec::new());
    for number in 0..SAVES {
        alone.push(save(app, &format!("Alone {number}")).await?);
        let (exporter, query) = (app.clone(), TeamQuery::default());
        let export = tokio::spawn(async move { exporter.export_team(&query, ListSeparator::Comma).await.map(drop) });
        // By now the export is running, but far from finished.
        tokio::time::sleep(Duration::from_millis(20)).await;
        let during = save(app, &format!("Exporting {number}")).await?;
        assert!(!export.is_finished(), "the export must take longer than the save");
        exporting.push(during);
        let exported = export.await.map_err(|error| TestError::Failed(error.to_string()))?;
        exported.map_err(|error| TestError::Failed(error.to_string()))?;
    }
    let (alone, exporting) = (percentile(&mut alone, 0.5), percentile(&mut exporting, 0.5));
    report(&format!("team-save-alone {alone:.1} ms"));
    report(&format!("team-save-while-exporting {exporting:.1} ms ratio {:.2}", exporting / alone));
    report(&format!("team-save-export-delay {:.1} ms", exporting - alone));
    Ok(())
}

/// Measures how long it takes to plan a role for everybody, and the memory of the plan.
async fn import(app: &App) -> Result<()> {
    let failed = |error: lapel_core::views::AppError| TestError::Failed(error.to_string());
    let exported = app.export_team(&TeamQuery::default(), ListSeparator::Comma).await.map_err(failed)?;
    let text = std::fs::read_to_string(&exported.path).map_err(TestError::io("the exported team"))?;
    let list = text.replace(",editor,", ",unassigned,").replace(",viewer,", ",editor,");
    let before = memory_in_megabytes();
    for number in 1..=3 {
        let started = Instant::now();
        app.import_batch(list.as_bytes()).map_err(failed)?;
        report(&format!("team-import-plan {:.0} ms", started.elapsed().as_secs_f64() * 1000.0));
        let batch = app.snapshot().batch;
        assert!(batch.is_some_and(|batch| batch.total == exported.rows && batch.changes > 0), "each line is answered");
        report(&format!("team-import-{number}-memory {:.1} MB", memory_in_megabytes() - before));
        app.close_batch().await.map_err(failed)?;
        // The allocator gives memory back some seconds after it is free.
        tokio::time::sleep(Duration::from_secs(12)).await;
        report(&format!("team-import-{number}-memory-after-closing {:.1} MB", memory_in_megabytes() - before));
    }
    Ok(())
}

/// The memory of this process.
fn memory_in_megabytes() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let resident =
        status.lines().find_map(|line| line.strip_prefix("VmRSS:")?.trim().strip_suffix(" kB")?.parse().ok());
    resident.map_or(f64::NAN, |kilobytes: f64| kilobytes / 1000.0)
}

async fn save(app: &App, first_name: &str) -> Result<Duration> {
    let first_name = Some(first_name.to_owned());
    let base = BaseValues::default();
    let changes = ProfileChanges { first_name, last_name: None, picture: None, language: None, base };
    let started = Instant::now();
    app.save_profile(changes).await.map_err(|error| TestError::Failed(error.to_string()))?;
    Ok(started.elapsed())
}

/// Downloads the pages that the app requests, as many at a time as the app, and discards them.
async fn curl(server: &str) -> Result<Duration> {
    let client = OtherClient::sign_in(server, OWNER, DEMO_PASSWORD).await?;
    let pages = MEMBERS.div_ceil(1000) + 1;
    let team = "organizations/65f0a1c0000000000000a001/collaborators/";
    let mut command = command("curl");
    command.args([
        "--silent",
        "--fail",
        "--compressed",
        "--parallel",
        "--parallel-immediate",
        "--parallel-max",
        "4",
        "-H",
    ]);
    command.arg(format!("Authorization: Bearer {}", client.token()));
    command.arg(format!("{server}/{team}?page=[1-{pages}]&limit=1000&sort=createdAt:asc")).args(["-o", "/dev/null"]);
    let started = Instant::now();
    let status = command.stderr(std::process::Stdio::null()).status().await.map_err(TestError::io("curl"))?;
    match status.success() {
        true => Ok(started.elapsed()),
        false => Err(TestError::Failed(format!("curl: {status}"))),
    }
}

/// Nothing is opened while figures are measured.
struct NoDesktop;

impl Desktop for NoDesktop {
    fn show_file(&self, _: &Path) -> std::result::Result<(), DesktopError> {
        Err(DesktopError("not here".into()))
    }

    fn open_page(&self, _: &'static str) -> std::result::Result<(), DesktopError> {
        Err(DesktopError("not here".into()))
    }

    fn copy_text(&self, _: String) -> std::result::Result<(), DesktopError> {
        Err(DesktopError("not here".into()))
    }
}

pub(crate) fn open(folder: &std::path::Path) -> App {
    App::open(Config {
        data_dir: folder.to_owned(),
        offered_server: None,
        page_build: String::new(),
        preferences: Preferences::default(),
        system_language: "en".into(),
        downloads: folder.join("downloads"),
        vault: Box::new(InMemory::default()),
        start_sandbox: Arc::new(|| Box::pin(async { Err("not here".to_owned()) })),
        picture_process: PictureProcess { program: folder.join("none") },
        desktop: Arc::new(NoDesktop),
        clock: Arc::new(|| {
            let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
            i64::try_from(since.as_millis()).unwrap_or_default()
        }),
        timeouts: Default::default(),
        proxies: Default::default(),
        network_probe: Arc::new(Vec::new),
        backoff: Default::default(),
    })
}
