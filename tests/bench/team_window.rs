//! In the real window: the first rows, a keystroke's rows, scrolling, and what all of it takes of memory.

#[path = "team_scripts.rs"]
mod scripts;

use std::time::Duration;

use lapel_testkit::desktop::KeyringAtStart;
use lapel_testkit::stage::{OWNER, Stage, demo};
use lapel_testkit::waiting::until;
use lapel_testkit::window::Window;
use lapel_testkit::{Outcome, Trouble};
use serde_json::Value;
use tokio::time::sleep;

use crate::figures::{percentile, report};

/// Starts of each kind for the first rows.
const STARTS: usize = 5;
/// After this long the app has nothing left to do for its start.
const SETTLED: Duration = Duration::from_secs(3);
/// For the longest walk, the one from the top to the bottom.
const PATIENCE: Duration = Duration::from_secs(400);
/// Between two looks whether a walk has come to its end: a look takes time from what is measured.
const LOOK: Duration = Duration::from_secs(2);

pub(crate) async fn measure(large: &str, empty: &str) -> Outcome<()> {
    let mut stage = with_cached_team(large).await?;
    first_rows(&mut stage, "team-first-rows", SETTLED).await?;
    first_rows(&mut stage, "team-first-rows-at-once", Duration::ZERO).await?;
    let of_large = Walk::through(&mut stage).await?;
    of_large.report();
    // Two windows at a time would measure each other.
    drop(stage);
    let of_empty = Walk::through(&mut with_cached_team(empty).await?).await?;
    let more = of_large.peak_mib - of_empty.peak_mib;
    report(&format!("team-web-memory {more:.0} MiB ratio {:.2}", of_large.peak_mib / of_empty.peak_mib));
    Ok(())
}

/// A desktop on which somebody has signed in to this server and read the team. The app is closed.
async fn with_cached_team(server: &str) -> Outcome<Stage> {
    let mut stage = Stage::without_window(KeyringAtStart::Unlocked, demo()).await?;
    stage.set("LAPEL_API_URL", server);
    stage.open().await?;
    let window = stage.sign_in(OWNER).await?;
    window.click("link", "Team").await?;
    window.see_within("As of", PATIENCE).await?;
    stage.close().await?;
    Ok(stage)
}

/// From the click on the link to the rows, each time in an app that was started `before`.
async fn first_rows(stage: &mut Stage, name: &str, before: Duration) -> Outcome<()> {
    let mut times = Vec::new();
    for _ in 0..STARTS {
        let window = stage.open().await?;
        sleep(before).await;
        times.extend(durations(&figures(window, scripts::FIRST_ROWS).await?));
        stage.close().await?;
    }
    report(&format!("{name} {:.0} ms", percentile(&mut times, 0.5)));
    Ok(())
}

/// Everything that is measured on the open page, in one run of the app, so that its peak of memory is that of all of it.
struct Walk {
    typing: Value,
    scrolling: Value,
    peak_mib: f64,
}

impl Walk {
    async fn through(stage: &mut Stage) -> Outcome<Self> {
        let window = stage.open().await?;
        figures(window, scripts::FIRST_ROWS).await?;
        // Opening the page reads the team again, which is measured elsewhere.
        sleep(SETTLED).await;
        window.see_within("As of", PATIENCE).await?;
        sleep(SETTLED).await;
        let typing = figures(window, scripts::TYPE).await?;
        let scrolling = figures(window, scripts::SCROLL).await?;
        window.click_label("Select all").await?;
        window.by_role("button", "Clear selection").await?;
        window.click_label("Select all").await?;
        window.no_more("button", "Clear selection").await?;
        #[allow(clippy::cast_precision_loss, reason = "a few hundred thousand")]
        let peak_mib = window.app().page_peak_memory_kib()? as f64 / 1024.0;
        stage.close().await?;
        Ok(Self { typing, scrolling, peak_mib })
    }

    fn report(&self) {
        let mut keystrokes = durations(&self.typing["keystrokes"]);
        let mut round_trips = durations(&self.typing["roundTrips"]);
        for (name, share) in [("p50", 0.5), ("p99", 0.99)] {
            let (keystroke, round_trip) = (percentile(&mut keystrokes, share), percentile(&mut round_trips, share));
            report(&format!("team-keystroke-{name} {keystroke:.1} ms ratio {:.2}", keystroke / round_trip));
            report(&format!("team-round-trip-{name} {round_trip:.1} ms"));
        }
        let step = self.scrolling["rowsPerFrame"].as_f64().unwrap_or_default();
        report(&format!("team-scroll-by-3-heights-frames {} frames", self.scrolling["frames"]));
        report(&format!("team-scroll-by-3-heights-blank-frames {} frames", self.scrolling["blank"]));
        report(&format!("team-scroll-by-3-heights-step {step:.1} rows"));
    }
}

/// What an asynchronous script in the page answers. The driver waits for no script as long as these take.
async fn figures(window: &Window, script: &str) -> Outcome<Value> {
    window.execute(&scripts::begun(script)).await?;
    let told = until("the end of a walk in the page", PATIENCE, async || {
        sleep(LOOK).await;
        let told = window.execute("return window.told").await?;
        Ok((!told.is_null()).then_some(told))
    });
    let mut told = told.await?;
    match told["figures"].take() {
        Value::Null => Err(Trouble::NotSeen(format!("figures; instead: {told}"))),
        figures => Ok(figures),
    }
}

/// Milliseconds, one or many, as the page tells them.
fn durations(told: &Value) -> Vec<Duration> {
    let one = std::slice::from_ref(told);
    let times = told.as_array().map_or(one, Vec::as_slice);
    times.iter().filter_map(Value::as_f64).map(|time| Duration::from_secs_f64(time / 1000.0)).collect()
}
