//! Measures the time from choosing a large photo to a usable editor in the real window, alternating with the decoding
//! process alone. The arguments are the photos; the first one gives the main figures.

#[path = "figures.rs"]
mod figures;

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use lapel_picture::child::Job;
use lapel_testkit::test_world::{OWNER, TestWorld};
use lapel_testkit::{Result, TestError};

use figures::{percentile, report};

/// Measured runs.
const RUNS: usize = 15;
/// Runs before the measured ones.
const WARM_UP: usize = 2;

/// Stores in `window.opened` the time from choosing a file until its picture is visible and "Use picture" has the
/// focus.
const MEASURE: &str = r##"
    window.opened = null;
    document.getElementById("profile-picture-file").addEventListener("change", () => {
        const started = performance.now();
        const poll = setInterval(() => {
            const shown = document.querySelector("#picture-stage img")?.naturalWidth > 0;
            if (!shown || document.activeElement?.id !== "use-picture") return;
            clearInterval(poll);
            requestAnimationFrame(() => (window.opened = performance.now() - started));
        }, 2);
    }, { once: true });
"##;

#[tokio::main]
async fn main() -> Result<()> {
    for (at, photo) in std::env::args_os().skip(1).map(PathBuf::from).enumerate() {
        let name = if at == 0 { "picture-editor".into() } else { format!("picture-editor-{}", label(&photo)) };
        measure(&name, &photo).await?;
    }
    Ok(())
}

/// The name of a file, with its ending as a part of it.
fn label(photo: &Path) -> String {
    photo.file_name().unwrap_or_default().to_string_lossy().replace('.', "-")
}

async fn measure(name: &str, photo: &Path) -> Result<()> {
    // A new window for each photo: memory that the app has taken once is counted for the first one only.
    let world = TestWorld::new().await?;
    let window = world.sign_in(OWNER).await?;
    window.see("Up to date").await?;
    let idle = window.app().peak_memory_kib()?;
    let (mut opened, mut alone) = (Vec::new(), Vec::new());
    for number in 0..RUNS + WARM_UP {
        window.execute(MEASURE).await?;
        window.choose_file("Choose picture", photo).await?;
        window.wait_until("the editor", "return window.opened !== null").await?;
        let millis = window.execute("return window.opened").await?.as_f64().unwrap_or(f64::MAX);
        window.press("Escape").await?;
        window.wait_until_gone("button", "Use picture").await?;
        let decoding = time_decoding(photo)?;
        if number >= WARM_UP {
            opened.push(Duration::from_secs_f64(millis / 1000.0));
            alone.push(decoding);
        }
    }
    let (window_time, process_time) = (percentile(&mut opened, 0.5), percentile(&mut alone, 0.5));
    report(&format!("{name}-usable-p50 {window_time:.1} ms ratio {:.2}", window_time / process_time));
    let grown = (window.app().peak_memory_kib()? - idle) / 1024;
    report(&format!("{name}-shell-memory {grown} MiB above the idle shell's"));
    report(&format!("{name}-process-p50 {process_time:.1} ms"));
    Ok(())
}

/// Runs the decoding process alone and returns its time.
fn time_decoding(photo: &Path) -> Result<Duration> {
    let io = |what: &'static str| move |error: std::io::Error| TestError::Failed(format!("{what}: {error}"));
    let program = lapel_testkit::window::binary()?.with_file_name("lapel-picture");
    let argument = Job::Open.argument().map_err(io("the job argument"))?;
    let started = Instant::now();
    let output = Command::new(program)
        .arg(&argument)
        .stdin(File::open(photo).map_err(io("the photo"))?)
        .stdout(Stdio::piped())
        .output()
        .map_err(io("the decoding process"))?;
    match output.status.success() && !output.stdout.is_empty() {
        true => Ok(started.elapsed()),
        false => Err(TestError::Failed("the decoding process failed".to_owned())),
    }
}
