//! Milliseconds from exec to `painted`: the app with a cached profile, and in turn with it the window given as argument,
//! which has the same settings and nothing in it.

#[path = "figures.rs"]
mod figures;

use std::path::Path;
use std::time::{Duration, Instant};

use lapel_testkit::desktop::Desktop;
use lapel_testkit::program::Program;
use lapel_testkit::stage::{OWNER, Stage};
use lapel_testkit::window::binary;
use lapel_testkit::{Outcome, Trouble};

use figures::{percentile, report};

/// Counted runs of each; one more of each comes first and does not count.
const RUNS: usize = 15;

#[tokio::main]
async fn main() -> Outcome<()> {
    let empty = std::env::args_os().nth(1).ok_or_else(|| Trouble::Missing("the empty window's path".to_owned()))?;
    let mut stage = Stage::new().await?;
    stage.sign_in(OWNER).await?.see("Up to date").await?;
    stage.close().await?;
    let (lapel, mut of_lapel, mut of_empty) = (binary()?, Vec::new(), Vec::new());
    for run in 0..=RUNS {
        let times = (painted(&stage, &lapel).await?, painted(&stage, Path::new(&empty)).await?);
        if run > 0 {
            of_lapel.push(times.0);
            of_empty.push(times.1);
        }
    }
    let (lapel, empty) = (percentile(&mut of_lapel, 0.5), percentile(&mut of_empty, 0.5));
    report(&format!("startup {lapel:.0} ms ratio {:.2}", lapel / empty));
    report(&format!("startup-empty-window {empty:.0} ms"));
    Ok(())
}

async fn painted(stage: &Stage, program: &Path) -> Outcome<Duration> {
    let mut command = command(&stage.desktop, program);
    command.env("LAPEL_API_URL", stage.proxy.base_url());
    let begun = Instant::now();
    let mut program = Program::start_heard("the window", command)?;
    program.heard("painted").await?;
    let took = begun.elapsed();
    program.end().await;
    Ok(took)
}

/// Both are drawn in the way that computers without a GPU need.
fn command(desktop: &Desktop, program: &Path) -> tokio::process::Command {
    let mut command = desktop.command(program);
    command.env("WEBKIT_DISABLE_DMABUF_RENDERER", "1");
    command
}
