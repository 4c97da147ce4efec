//! Measures the real window: time to the first rows, rows for each keystroke, scrolling, and peak memory.

#[path = "team_scripts.rs"]
mod scripts;

use std::time::Duration;

use lapel_testkit::desktop::KeyringAtStart;
use lapel_testkit::test_world::{OWNER, TestWorld, demo_config};
use lapel_testkit::waiting::until;
use lapel_testkit::window::Window;
use lapel_testkit::{Result, TestError};
use serde_json::Value;
use tokio::time::sleep;

use crate::figures::{percentile, report};

/// App starts per measurement of the first rows.
const STARTS: usize = 5;
/// Time after which the app has finished all work of its start.
const IDLE_AFTER: Duration = Duration::from_secs(3);
/// Time limit of the longest script, which scrolls from top to bottom.
const TIMEOUT: Duration = Duration::from_secs(400);
/// Polling interval for the end of a script. Polling disturbs the measurement, so the interval is long.
const POLL_INTERVAL: Duration = Duration::from_secs(2);

pub(crate) async fn measure(large: &str, empty: &str) -> Result<()> {
    let mut world = with_cached_team(large).await?;
    first_rows(&mut world, "team-first-rows", IDLE_AFTER).await?;
    first_rows(&mut world, "team-first-rows-at-once", Duration::ZERO).await?;
    let large_team = PageMeasurements::run(&mut world).await?;
    large_team.report();
    // Close this window first, because a second one would distort the measurement.
    drop(world);
    let empty_team = PageMeasurements::run(&mut with_cached_team(empty).await?).await?;
    let extra = large_team.peak_mib - empty_team.peak_mib;
    report(&format!("team-web-memory {extra:.0} MiB ratio {:.2}", large_team.peak_mib / empty_team.peak_mib));
    Ok(())
}

/// A test world with a cached team of this server. The app is closed.
async fn with_cached_team(server: &str) -> Result<TestWorld> {
    let mut world = TestWorld::without_window(KeyringAtStart::Unlocked, demo_config()).await?;
    world.set_env("LAPEL_API_URL", server);
    world.open().await?;
    let window = world.sign_in(OWNER).await?;
    window.click("link", "Team").await?;
    window.see_within("Updated", TIMEOUT).await?;
    world.close().await?;
    Ok(world)
}

/// Measures the time from the click on the team link to the rows, each time `delay` after a start of the app.
async fn first_rows(world: &mut TestWorld, name: &str, delay: Duration) -> Result<()> {
    let mut times = Vec::new();
    for _ in 0..STARTS {
        let window = world.open().await?;
        sleep(delay).await;
        times.extend(durations(&run_script(window, scripts::FIRST_ROWS).await?));
        world.close().await?;
    }
    report(&format!("{name} {:.0} ms", percentile(&mut times, 0.5)));
    Ok(())
}

/// The measurements on the open page. All run in one process, so that its peak memory covers all of them.
struct PageMeasurements {
    typing: Value,
    scrolling: Value,
    peak_mib: f64,
}

impl PageMeasurements {
    async fn run(world: &mut TestWorld) -> Result<Self> {
        let window = world.open().await?;
        run_script(window, scripts::FIRST_ROWS).await?;
        // Wait for the team refresh, which is not part of this measurement.
        sleep(IDLE_AFTER).await;
        window.see_within("Updated", TIMEOUT).await?;
        sleep(IDLE_AFTER).await;
        let typing = run_script(window, scripts::TYPE).await?;
        let scrolling = run_script(window, scripts::SCROLL).await?;
        window.click_label("Select all").await?;
        window.by_role("button", "Clear selection").await?;
        window.click_label("Select all").await?;
        window.wait_until_gone("button", "Clear selection").await?;
        #[allow(clippy::cast_precision_loss, reason = "a few hundred thousand")]
        let peak_mib = window.app().page_peak_memory_kib()? as f64 / 1024.0;
        world.close().await?;
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

/// Runs an asynchronous script in the page and returns its result. Polls, because the scripts exceed the driver's
/// time limit.
async fn run_script(window: &Window, script: &str) -> Result<Value> {
    window.execute(&scripts::start(script)).await?;
    let result = until("the end of a script in the page", TIMEOUT, async || {
        sleep(POLL_INTERVAL).await;
        let result = window.execute("return window.result").await?;
        Ok((!result.is_null()).then_some(result))
    });
    let mut result = result.await?;
    match result["figures"].take() {
        Value::Null => Err(TestError::TimedOut(format!("figures; instead: {result}"))),
        figures => Ok(figures),
    }
}

/// Converts milliseconds, one number or an array, to durations.
fn durations(value: &Value) -> Vec<Duration> {
    let one = std::slice::from_ref(value);
    let times = value.as_array().map_or(one, Vec::as_slice);
    times.iter().filter_map(Value::as_f64).map(|time| Duration::from_secs_f64(time / 1000.0)).collect()
}
