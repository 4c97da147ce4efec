//! Measures the memory after a start beside that of the empty window program given as argument, and how the memory of the
//! process of the page grows while pages are changed and the picture editor is opened.

#[path = "memory_starts.rs"]
mod memory_starts;

use std::path::PathBuf;
use std::time::Duration;

use lapel_testkit::test_world::{OWNER, TestWorld};
use lapel_testkit::window::Window;
use lapel_testkit::{Result, TestError};

/// Changes before the first measurement. They fill the caches of the web view.
const WARM_UP: usize = 20;
/// Changes until the second measurement.
const CHANGES: usize = 500;
/// Changes in one script.
const AT_ONCE: usize = 20;
/// How long each page is shown. CHANGE_PAGES has the same number.
const STEP: Duration = Duration::from_millis(60);
/// Openings of the picture editor.
const OPENINGS: usize = 50;

/// Shows one page after the other.
const CHANGE_PAGES: &str = r#"
    window.changed = false;
    const show = (page) => [...document.querySelectorAll("nav a")].find(({ hash }) => hash === `#${page}`).click();
    (async () => {
        for (let count = 0; count < arguments[0]; count += 1) {
            show(["team", "settings", "profile"][count % 3]);
            await new Promise((done) => setTimeout(done, 60));
        }
        show("profile");
        window.changed = true;
    })();
"#;

#[tokio::main]
async fn main() -> Result<()> {
    let empty = std::env::args_os().nth(1).map(PathBuf::from);
    memory_starts::compare(&empty.ok_or_else(|| TestError::Failed("missing argument: the empty window".to_owned()))?)
        .await?;
    let world = TestWorld::new().await?;
    let window = world.sign_in(OWNER).await?;
    window.see("Up to date").await?;
    change_pages(window, WARM_UP).await?;
    let before = memory(window)?;
    report(&format!("page-memory {before:.1} MiB"));
    change_pages(window, CHANGES - WARM_UP).await?;
    let after = memory(window)?;
    report(&format!("page-memory-growth {:.1} MiB ratio {:.2}", after - before, after / before));

    let file = tempfile::Builder::new().suffix(".png").tempfile().map_err(TestError::io("a picture"))?;
    image::RgbImage::new(1200, 900)
        .save(file.path())
        .map_err(|error| TestError::Failed(format!("a picture: {error}")))?;
    let mut at_warm_up = 0.0;
    for opening in 1..=OPENINGS {
        window.choose_file("Choose picture", file.path()).await?;
        window.by_role("button", "Use picture").await?;
        let shown = "return document.querySelector('#picture-stage img')?.naturalWidth > 0";
        window.wait_until("the picture", shown).await?;
        window.press("Escape").await?;
        window.wait_until_gone("button", "Use picture").await?;
        if opening == WARM_UP {
            at_warm_up = memory(window)?;
        }
    }
    report(&format!("editor-memory-growth {:.1} MiB", memory(window)? - at_warm_up));
    Ok(())
}

async fn change_pages(window: &Window, count: usize) -> Result<()> {
    for _ in 0..count / AT_ONCE {
        window.execute_with(CHANGE_PAGES, vec![AT_ONCE.into()]).await?;
        // Not by waiting alone: it asks the page all the time, which costs memory of the page, too.
        tokio::time::sleep(STEP * u32::try_from(AT_ONCE + 3).unwrap_or(u32::MAX)).await;
        window.wait_until("the changed pages", "return window.changed").await?;
    }
    Ok(())
}

/// The private memory of the process of the page, in MiB.
#[allow(clippy::cast_precision_loss, reason = "a size of memory")]
fn memory(window: &Window) -> Result<f64> {
    Ok(window.app().page_memory_kib()? as f64 / 1024.0)
}

#[allow(clippy::print_stdout, reason = "the output of the bench")]
fn report(line: &str) {
    println!("{line}");
}
