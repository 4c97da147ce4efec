//! Measures the time from process start to the first paint (log line `painted`): the app with a cached profile,
//! alternating with the empty window program given as argument.

#[path = "figures.rs"]
mod figures;

use std::path::Path;
use std::time::{Duration, Instant};

use lapel_testkit::desktop::Desktop;
use lapel_testkit::program::Program;
use lapel_testkit::test_world::{OWNER, TestWorld};
use lapel_testkit::window::binary;
use lapel_testkit::{Result, TestError};

use figures::{percentile, report};

/// Measured runs of each program, after one warm-up run.
const RUNS: usize = 15;

#[tokio::main]
async fn main() -> Result<()> {
    let empty = std::env::args_os()
        .nth(1)
        .ok_or_else(|| TestError::Failed("missing argument: the empty window program".to_owned()))?;
    let mut world = TestWorld::new().await?;
    world.sign_in(OWNER).await?.see("Up to date").await?;
    world.close().await?;
    let (lapel, mut lapel_times, mut empty_times) = (binary()?, Vec::new(), Vec::new());
    for run in 0..=RUNS {
        let times = (time_to_paint(&world, &lapel).await?, time_to_paint(&world, Path::new(&empty)).await?);
        if run > 0 {
            lapel_times.push(times.0);
            empty_times.push(times.1);
        }
    }
    let (lapel, empty) = (percentile(&mut lapel_times, 0.5), percentile(&mut empty_times, 0.5));
    report(&format!("startup {lapel:.0} ms ratio {:.2}", lapel / empty));
    report(&format!("startup-empty-window {empty:.0} ms"));
    Ok(())
}

async fn time_to_paint(world: &TestWorld, program: &Path) -> Result<Duration> {
    let mut command = command(&world.desktop, program);
    command.env("LAPEL_API_URL", world.proxy.base_url());
    let started = Instant::now();
    let mut program = Program::start_with_piped_stderr("the window", command)?;
    program.wait_for_stderr("painted").await?;
    let elapsed = started.elapsed();
    program.stop().await;
    Ok(elapsed)
}

/// A command with the software renderer, which the app selects on computers without a GPU.
fn command(desktop: &Desktop, program: &Path) -> tokio::process::Command {
    let mut command = desktop.command(program);
    command.env("WEBKIT_DISABLE_DMABUF_RENDERER", "1");
    command
}
