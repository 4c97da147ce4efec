//! Milliseconds from choosing a large photo until its editor can be used in the real window; in turn with the decoding
//! process alone on the same file. The photo is the one argument.

#[path = "figures.rs"]
mod figures;

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use lapel_core::picture_child::{ARGUMENT, Job};
use lapel_testkit::stage::{OWNER, Stage};
use lapel_testkit::{Outcome, Trouble};

use figures::{percentile, report};

/// Openings that count; two more come first.
const OPENINGS: usize = 15;
const WARMING: usize = 2;

/// Notes when a file was chosen, and when its picture is on the stage and "Use picture" has the focus.
const WATCH: &str = r##"
    window.opened = null;
    document.getElementById("profile-picture-file").addEventListener("change", () => {
        const begun = performance.now();
        const look = setInterval(() => {
            const shown = document.querySelector("#picture-stage img")?.naturalWidth > 0;
            if (!shown || document.activeElement?.id !== "use-picture") return;
            clearInterval(look);
            requestAnimationFrame(() => (window.opened = performance.now() - begun));
        }, 2);
    }, { once: true });
"##;

#[tokio::main]
async fn main() -> Outcome<()> {
    let photo = PathBuf::from(std::env::args_os().nth(1).unwrap_or_default());
    let stage = Stage::new().await?;
    let window = stage.sign_in(OWNER).await?;
    window.see("Up to date").await?;
    let idle = window.app().peak_memory_kib()?;
    let (mut opened, mut alone) = (Vec::new(), Vec::new());
    for number in 0..OPENINGS + WARMING {
        window.execute(WATCH).await?;
        window.choose_file("Choose picture", &photo).await?;
        window.wait_until("the editor", "return window.opened !== null").await?;
        let millis = window.execute("return window.opened").await?.as_f64().unwrap_or(f64::MAX);
        window.press("Escape").await?;
        window.no_more("button", "Use picture").await?;
        let process = process(&photo)?;
        if number >= WARMING {
            opened.push(Duration::from_secs_f64(millis / 1000.0));
            alone.push(process);
        }
    }
    let (window_time, process_time) = (percentile(&mut opened, 0.5), percentile(&mut alone, 0.5));
    report(&format!("picture-editor-usable-p50 {window_time:.1} ms ratio {:.2}", window_time / process_time));
    let grown = (window.app().peak_memory_kib()? - idle) / 1024;
    report(&format!("picture-editor-shell-memory {grown} MiB above the idle shell's"));
    report(&format!("picture-editor-process-p50 {process_time:.1} ms"));
    Ok(())
}

/// The decoding process alone.
fn process(photo: &Path) -> Outcome<Duration> {
    let io = |what: &'static str| move |error: std::io::Error| Trouble::Missing(format!("{what}: {error}"));
    let program = lapel_testkit::window::binary()?.with_file_name("lapel-picture");
    let wanted = Job::Open.argument().map_err(io("the wish"))?;
    let begun = Instant::now();
    let ended = Command::new(program)
        .args([ARGUMENT, &wanted])
        .stdin(File::open(photo).map_err(io("the photo"))?)
        .stdout(Stdio::piped())
        .output()
        .map_err(io("the decoding process"))?;
    match ended.status.success() && !ended.stdout.is_empty() {
        true => Ok(begun.elapsed()),
        false => Err(Trouble::Missing("the decoding process gave no answer".to_owned())),
    }
}
