//! The memory of all processes of the app after a start, beside that of an empty window.

use std::path::Path;
use std::time::Duration;

use lapel_testkit::process_memory::{ProcessMemory, memory_of};
use lapel_testkit::program::Program;
use lapel_testkit::test_world::{OWNER, TestWorld};
use lapel_testkit::window::binary;
use lapel_testkit::{Result, TestError};

use crate::report;

/// How long after the first paint the memory is measured: everything that is loaded later has arrived then.
const SETTLED: Duration = Duration::from_secs(6);

/// Starts of each program. The smallest value counts, because a busy computer only adds.
const STARTS: usize = 3;

/// Reports the memory at the first start, with the demo server, and at a start with a cached profile.
pub(crate) async fn compare(empty: &Path) -> Result<()> {
    let mut world = TestWorld::new().await?;
    world.sign_in(OWNER).await?.see("Up to date").await?;
    world.close().await?;
    let app = binary()?;
    for (name, is_first) in [("first-start", true), ("profile", false)] {
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        for _ in 0..STARTS {
            ours.push(start(&world, &app, is_first).await?);
            theirs.push(start(&world, empty, is_first).await?);
        }
        let least =
            |all: &[ProcessMemory], size: fn(&ProcessMemory) -> f64| all.iter().map(size).fold(f64::MAX, f64::min);
        let (all, page) = (least(&ours, |memory| memory.all), least(&ours, |memory| memory.page));
        let (empty_all, empty_page) = (least(&theirs, |memory| memory.all), least(&theirs, |memory| memory.page));
        report(&format!("memory-{name} {all:.0} MiB ratio {:.2}", all / empty_all));
        report(&format!("memory-{name}-empty-window {empty_all:.0} MiB"));
        report(&format!("memory-{name}-web-process {page:.0} MiB, {:.0} more than the empty one", page - empty_page));
    }
    Ok(())
}

async fn start(world: &TestWorld, program: &Path, is_first: bool) -> Result<ProcessMemory> {
    let folder = tempfile::tempdir().map_err(TestError::io("a folder"))?;
    let mut command = world.desktop.command(program);
    // As on computers without a GPU.
    command.env("WEBKIT_DISABLE_DMABUF_RENDERER", "1");
    if is_first {
        command.env("LAPEL_DATA_DIR", folder.path()).env_remove("LAPEL_API_URL");
    } else {
        command.env("LAPEL_API_URL", world.proxy.base_url());
    }
    let mut program = Program::start_with_piped_stderr("the window", command)?;
    program.wait_for_stderr("painted").await?;
    tokio::time::sleep(SETTLED).await;
    let memory = memory_of(program.id())?;
    program.stop().await;
    Ok(memory)
}
