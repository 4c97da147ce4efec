//! Measures a team of 100,000 with the sandbox program given as argument. A second argument measures only one part: core,
//! changes, runs or window.

#[path = "figures.rs"]
mod figures;
#[path = "processor_time.rs"]
mod processor_time;
#[path = "team_changes.rs"]
mod team_changes;
#[path = "team_core.rs"]
mod team_core;
#[path = "team_runs.rs"]
mod team_runs;
#[path = "team_window.rs"]
mod team_window;

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use lapel_testkit::program::{Program, command};
use lapel_testkit::{Result, TestError};

/// Generated members of the large team, in addition to the demo users.
pub(crate) const MEMBERS: usize = 100_000;

/// Generated members of a usual team.
const FEW_MEMBERS: usize = 300;

// The allocator of the app.
#[cfg(not(windows))]
#[global_allocator]
static ALLOCATOR: zeroizing_alloc::ZeroAlloc<tikv_jemallocator::Jemalloc> =
    zeroizing_alloc::ZeroAlloc(tikv_jemallocator::Jemalloc);

#[tokio::main]
async fn main() -> Result<()> {
    let given = std::env::args_os().nth(1).map(PathBuf::from);
    let program = given.ok_or_else(|| TestError::Failed("missing argument: the sandbox program".to_owned()))?;
    let folder = tempfile::tempdir().map_err(TestError::io("a folder for the bench"))?;
    let large = Server::start(&program, folder.path(), MEMBERS).await?;
    let empty = Server::start(&program, folder.path(), 0).await?;
    let small = Server::start(&program, folder.path(), FEW_MEMBERS).await?;
    let part = std::env::args().nth(2);
    let measures = |name: &str| part.as_deref().is_none_or(|part| part == name);
    if measures("core") {
        team_core::measure(&large.url).await?;
    }
    if measures("changes") {
        team_changes::measure((FEW_MEMBERS, &small.url), (MEMBERS, &large.url)).await?;
    }
    if measures("runs") {
        team_runs::measure(&small.url, &large.url).await?;
    }
    if measures("window") {
        team_window::measure(&large.url, &empty.url).await?;
    }
    Ok(())
}

/// A sandbox in a separate process.
struct Server {
    url: String,
    _program: Program,
}

impl Server {
    async fn start(program: &Path, folder: &Path, members: usize) -> Result<Self> {
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
