//! Figures of a team of 100,000, against the sandbox given as argument.

#[path = "team_core.rs"]
mod team_core;
#[path = "team_window.rs"]
mod team_window;

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use lapel_testkit::program::{Program, command};
use lapel_testkit::{Outcome, Trouble};

/// People in the large team, besides those of the demo.
pub(crate) const MEMBERS: usize = 100_000;

#[tokio::main]
async fn main() -> Outcome<()> {
    let given = std::env::args_os().nth(1).map(PathBuf::from);
    let program = given.ok_or_else(|| Trouble::Missing("the sandbox's path".to_owned()))?;
    let folder = tempfile::tempdir().map_err(Trouble::io("a folder for the bench"))?;
    let large = Server::start(&program, folder.path(), MEMBERS).await?;
    let empty = Server::start(&program, folder.path(), 0).await?;
    team_core::measure(&large.url).await?;
    team_window::measure(&large.url, &empty.url).await
}

/// A sandbox of its own process, as people start one.
struct Server {
    url: String,
    _program: Program,
}

impl Server {
    async fn start(program: &Path, folder: &Path, members: usize) -> Outcome<Self> {
        let mut command = command(program);
        let database = folder.join(format!("{members}.db"));
        command.args(["--port", "0", "--seed", "demo", "--members", &members.to_string(), "--database"]).arg(database);
        command.stdout(Stdio::piped());
        let mut program = Program::start("lapel-sandbox", command, &folder.join("sandbox.log"))?;
        let line = program.first_line_within(Duration::from_secs(120)).await?;
        let url = line.strip_prefix("listening on ").unwrap_or_default().to_owned();
        Ok(Self { url, _program: program })
    }
}

/// A value among others that are sorted: 0.5 is the median.
pub(crate) fn percentile(times: &mut [Duration], share: f64) -> f64 {
    times.sort();
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "a few values"
    )]
    let at = ((times.len() - 1) as f64 * share).round() as usize;
    times[at].as_secs_f64() * 1000.0
}

#[allow(clippy::print_stdout, reason = "the figures are what this program is for")]
pub(crate) fn report(line: &str) {
    println!("{line}");
}
