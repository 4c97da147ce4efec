//! Pictures that other programs hand over: dropped on the window or pasted, in the spellings that file managers, browsers and
//! word processors use. What the editor makes of a picture is tested in picture_editor.rs.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may panic")]

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use lapel_testkit::program;
use lapel_testkit::test_world::{OWNER, TestWorld};
use lapel_testkit::waiting::{PATIENCE, until};
use lapel_testkit::window::Window;

/// The link field shows this address.
const ADDRESS: &str = "https://pictures.example.com/me.png";
const ADDRESS_SHOWN: &str =
    "return document.getElementById('profile-picture-url')?.value === 'https://pictures.example.com/me.png'";

/// A picture whose name has a space, which addresses escape.
fn picture(folder: &Path) -> PathBuf {
    let file = folder.join("my photo.png");
    image::RgbImage::from_pixel(600, 600, image::Rgb([200, 30, 30])).save(&file).unwrap();
    file
}

/// The path as it stands in an address.
fn escaped(file: &Path) -> String {
    file.to_str().unwrap().replace(' ', "%20")
}

fn host_name() -> String {
    std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap().trim().to_owned()
}

/// Starts a program on the desktop. It is killed when the returned handle is dropped.
fn start(world: &TestWorld, program: impl AsRef<std::ffi::OsStr>, arguments: &[&str]) -> tokio::process::Child {
    let mut command = world.desktop.command(program);
    command.args(arguments).kill_on_drop(true).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
}

/// Puts a file's content on the clipboard. xclip owns the selection while it runs.
fn copy(world: &TestWorld, format: &str, content: &Path) -> tokio::process::Child {
    let path = content.to_str().unwrap();
    start(world, "xclip", &["-quiet", "-selection", "clipboard", "-t", format, "-i", path])
}

fn copy_text(world: &TestWorld, format: &str, text: &str) -> (tokio::process::Child, tempfile::NamedTempFile) {
    let content = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(&content, text).unwrap();
    (copy(world, format, content.path()), content)
}

/// Pastes until a script returns true, because there is no way to ask whether xclip owns the selection yet.
async fn paste_until(window: &Window, what: &str, script: &str) {
    for _ in 0..20 {
        window.press("Control+v").await.unwrap();
        tokio::time::sleep(Duration::from_millis(300)).await;
        if window.execute(script).await.unwrap() == true {
            return;
        }
    }
    panic!("nothing was pasted: {what}");
}

const EDITOR_SHOWN: &str =
    "return [...document.querySelectorAll('button')].some(button => button.textContent.trim() === 'Use picture')";

async fn close_editor(window: &Window) {
    window.press("Escape").await.unwrap();
    window.wait_until_gone("button", "Use picture").await.unwrap();
}

/// Discards the link, so that the next one is seen to arrive.
async fn discard_link(window: &Window) {
    window.click("button", "Discard changes").await.unwrap();
    window.wait_until("the discarded link", &ADDRESS_SHOWN.replace("===", "!==")).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_is_pasted_in_every_format_of_other_programs() {
    let world = TestWorld::new().await.unwrap();
    let window = world.sign_in(OWNER).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = picture(folder.path());
    {
        let _owner = copy(&world, "image/png", &file);
        paste_until(window, "the bytes of a picture", EDITOR_SHOWN).await;
        close_editor(window).await;
    }
    let (path, host) = (escaped(&file), host_name());
    let base64 = std::process::Command::new("base64").arg("-w0").arg(&file).output().unwrap().stdout;
    let base64 = String::from_utf8(base64).unwrap();
    for (format, text) in [
        ("text/uri-list", format!("file://{path}\r\n")),
        ("text/uri-list", format!("# copied\r\nfile://localhost{path}\r\n")),
        ("x-special/gnome-copied-files", format!("copy\nfile://{path}")),
        ("x-special/gnome-copied-files", format!("cut\nfile://{host}{path}")),
        ("text/html", format!("<meta charset=utf-8><p>Me: <img src=\"data:image/png;base64,{base64}\"></p>")),
    ] {
        let _owner = copy_text(&world, format, &text);
        paste_until(window, &text[..text.len().min(100)], EDITOR_SHOWN).await;
        close_editor(window).await;
    }
    for (format, text) in [
        ("text/plain", ADDRESS.to_owned()),
        ("text/uri-list", format!("{ADDRESS}\r\n")),
        (
            "text/html",
            format!(
                "<a href=\"https://example.com\"><img src=\"file:///tmp/a.png\"><img alt=\"\" src=\"{ADDRESS}\"></a>"
            ),
        ),
    ] {
        let _owner = copy_text(&world, format, &text);
        paste_until(window, &text, ADDRESS_SHOWN).await;
        discard_link(window).await;
    }
}

/// Drags an address from another program's window onto the app's. The other program must run until the drop has arrived.
async fn drag(world: &TestWorld, window: &Window, address: &str) -> tokio::process::Child {
    let program = PathBuf::from(std::env::var("LAPEL_BIN").expect("LAPEL_BIN names the built app"));
    let source = start(world, program.with_file_name("examples").join("drag_source"), &[address]);
    let xdotool = async |arguments: &str| {
        let mut command = world.desktop.command("xdotool");
        command.args(arguments.split_whitespace());
        program::run(arguments, command).await
    };
    // A search fails if another program's window disappears meanwhile, such as the source of the drag before.
    let search = format!("search --onlyvisible --pid {}", source.id().unwrap());
    let id = until("the window to drag from", PATIENCE, async || xdotool(&search).await.map(Some)).await.unwrap();
    xdotool(&format!("windowmove --sync {} 1000 400", id.trim())).await.unwrap();
    xdotool("mousemove 1050 470 mousedown 1").await.unwrap();
    // In steps: a drag starts after some distance, and the window under the pointer must receive motion events.
    for step in ["1040 470", "1000 460", "850 450", "700 450", "500 450", "480 450"] {
        xdotool(&format!("mousemove {step} sleep 0.15")).await.unwrap();
    }
    window.see("Drop the picture here").await.unwrap();
    xdotool("mouseup 1").await.unwrap();
    source
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_is_dropped_in_every_spelling_of_other_programs() {
    let world = TestWorld::new().await.unwrap();
    let window = world.sign_in(OWNER).await.unwrap();
    window.app().set_geometry(&world.desktop, (0, 0), (900, 900)).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let (path, host) = (escaped(&picture(folder.path())), host_name());
    for address in [format!("file://{path}"), format!("file://localhost{path}"), format!("file://{host}{path}")] {
        let _source = drag(&world, window, &address).await;
        window.by_role("button", "Use picture").await.unwrap_or_else(|error| panic!("{address}: {error}"));
        close_editor(window).await;
    }
    let source = drag(&world, window, ADDRESS).await;
    window.wait_until("the dropped address", ADDRESS_SHOWN).await.unwrap();
    discard_link(window).await;
    drop(source);
    let _source = drag(&world, window, &format!("file://another-computer{path}")).await;
    window.see("This isn't a picture.").await.unwrap();
}
