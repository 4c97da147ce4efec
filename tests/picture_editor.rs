//! The picture editor in the real window: every door in, every control without a pointer, and what the server gets.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may panic")]

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::LazyLock;
use std::time::Duration;

use image::{Rgba, RgbaImage};
use lapel_testkit::proxy::Fault;
use lapel_testkit::stage::{OWNER, Stage};
use lapel_testkit::window::Window;

/// The files, made once for this run.
static FIXTURES: LazyLock<PathBuf> = LazyLock::new(|| {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("pictures-to-cut");
    assert!(Command::new(example("make_fixtures")).arg(&folder).status().unwrap().success(), "the fixtures were made");
    folder
});

fn example(name: &str) -> PathBuf {
    Path::new(&std::env::var("LAPEL_BIN").expect("LAPEL_BIN names the built app")).with_file_name("examples").join(name)
}

/// Red, green, blue and yellow quarters, from the top left by rows.
const COLOURS: [[u8; 3]; 4] = [[200, 30, 30], [30, 160, 30], [30, 30, 200], [220, 200, 30]];

/// A picture of four quarters, at a path of its own.
fn quarters(width: u32, height: u32) -> tempfile::TempPath {
    let picture = image::RgbImage::from_fn(width, height, |x, y| {
        image::Rgb(COLOURS[usize::from(x >= width / 2) + 2 * usize::from(y >= height / 2)])
    });
    let path = tempfile::Builder::new().suffix(".png").tempfile().unwrap().into_temp_path();
    picture.save(&path).unwrap();
    path
}

/// The picture that the server has.
async fn on_server(stage: &Stage) -> RgbaImage {
    let person = stage.person(OWNER).await.unwrap();
    let address = person.field("picture").await.unwrap();
    let bytes = person.download(&address).await.unwrap();
    let picture = image::load_from_memory(&bytes).unwrap().into_rgba8();
    assert_eq!(picture.dimensions(), (512, 512));
    picture
}

#[track_caller]
fn assert_near(found: Rgba<u8>, wanted: [u8; 4]) {
    let near = found.0.iter().zip(wanted).all(|(a, b)| a.abs_diff(b) <= 12);
    assert!(near, "{:?} is not near {wanted:?}", found.0);
}

#[track_caller]
fn assert_quarters(picture: &RgbaImage, order: [usize; 4]) {
    for (at, (x, y)) in [(120, 120), (392, 120), (120, 392), (392, 392)].into_iter().enumerate() {
        let [r, g, b] = COLOURS[order[at]];
        assert_near(*picture.get_pixel(x, y), [r, g, b, 255]);
    }
}

async fn save(window: &Window) {
    window.click("button", "Save changes").await.unwrap();
    window.see("Saved").await.unwrap();
}

async fn use_it(window: &Window) {
    window.click("button", "Use picture").await.unwrap();
    window.no_more("button", "Use picture").await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn every_control_works_by_keyboard_alone_and_says_what_it_did() {
    let stage = Stage::new().await.unwrap();
    let window = stage.sign_in(OWNER).await.unwrap();
    let file = quarters(1200, 900);
    window.choose_file("Choose picture", &file).await.unwrap();
    window.by_role("button", "Use picture").await.unwrap();
    assert_eq!(window.focused_name().await.unwrap(), "Use picture");
    for (button, said) in [
        ("Zoom in", "Zoom "),
        ("Zoom out", "Zoom 100"),
        ("Turn left", "Turned left"),
        ("Turn right", "Turned right"),
        ("Flip", "Flipped"),
        ("Move left", "Moved left"),
        ("Move right", "Moved right"),
        ("Fit the whole picture", "Whole picture, transparent around it"),
        ("Reset", "Reset"),
    ] {
        focus(window, button).await;
        window.press(" ").await.unwrap();
        window.wait_until(said, &announced(said)).await.unwrap();
    }
    // On the picture itself: turned by a button, zoomed and moved by keys.
    focus(window, "Turn right").await;
    window.press("Enter").await.unwrap();
    focus(window, "Part of the picture that is used").await;
    for (key, said) in [("+", "Zoom 1"), ("-", "Zoom 100"), ("ArrowUp", "Moved up"), ("Shift+ArrowDown", "Moved down")]
    {
        window.press(key).await.unwrap();
        window.wait_until(said, &announced(said)).await.unwrap();
    }
    focus(window, "Reset").await;
    window.press("Enter").await.unwrap();
    focus(window, "Turn right").await;
    window.press("Enter").await.unwrap();
    focus(window, "Flip").await;
    window.press("Enter").await.unwrap();
    focus(window, "Use picture").await;
    window.press("Enter").await.unwrap();
    window.no_more("button", "Use picture").await.unwrap();
    save(window).await;
    // Turned clockwise, then mirrored as it is seen.
    let turned = on_server(&stage).await;
    assert_quarters(&turned, [0, 2, 1, 3]);
}

/// Goes there by Tab, as somebody without a mouse does.
async fn focus(window: &Window, name: &str) {
    for _ in 0..60 {
        if window.focused_name().await.unwrap() == name {
            return;
        }
        window.press("Tab").await.unwrap();
    }
    panic!("{name} is not reached by Tab");
}

fn announced(text: &str) -> String {
    let text = serde_json::to_string(text).unwrap();
    format!(
        "return [...document.querySelectorAll('[aria-live], [role=status]')].some(live => live.textContent.includes({text}))"
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_that_is_fitted_in_keeps_its_edges_clear_or_gets_a_ground() {
    let stage = Stage::new().await.unwrap();
    let window = stage.sign_in(OWNER).await.unwrap();
    let file = quarters(1200, 600);
    window.choose_file("Choose picture", &file).await.unwrap();
    window.by_role("button", "Use picture").await.unwrap();
    window.click_label("Fit the whole picture").await.unwrap();
    use_it(window).await;
    save(window).await;
    let fitted = on_server(&stage).await;
    assert_eq!(fitted.get_pixel(256, 20).0[3], 0, "above it");
    assert_near(*fitted.get_pixel(100, 200), [200, 30, 30, 255]);
    // Cut anew from the original: what was padding comes back as picture.
    window.click("button", "Edit picture").await.unwrap();
    window.by_role("button", "Use picture").await.unwrap();
    window.click_label("Fit the whole picture").await.unwrap();
    use_it(window).await;
    save(window).await;
    assert_quarters(&on_server(&stage).await, [0, 1, 2, 3]);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_orientation_comes_out_upright_and_clear_parts_stay_clear() {
    let stage = Stage::new().await.unwrap();
    let window = stage.sign_in(OWNER).await.unwrap();
    let mut upright: Option<RgbaImage> = None;
    for number in 1..=8 {
        window.choose_file("Choose picture", &FIXTURES.join(format!("orientation-{number}.jpg"))).await.unwrap();
        use_it(window).await;
        save(window).await;
        let found = on_server(&stage).await;
        let first = upright.get_or_insert_with(|| found.clone());
        for (x, y) in [(60, 60), (452, 60), (60, 452), (452, 452)] {
            assert_near(*found.get_pixel(x, y), first.get_pixel(x, y).0);
        }
    }
    window.choose_file("Choose picture", &FIXTURES.join("transparent.png")).await.unwrap();
    use_it(window).await;
    save(window).await;
    assert!(on_server(&stage).await.pixels().any(|pixel| pixel.0[3] == 0));
}

/// Starts a program that runs beside the app until the test is over.
fn beside(stage: &Stage, program: impl AsRef<std::ffi::OsStr>, arguments: &[&str]) -> tokio::process::Child {
    let mut command = stage.desktop.command(program);
    command.args(arguments).kill_on_drop(true).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_is_pasted_from_another_program() {
    let stage = Stage::new().await.unwrap();
    let window = stage.sign_in(OWNER).await.unwrap();
    let file = quarters(700, 700);
    let path = file.to_str().unwrap();
    // It owns the selection for as long as it runs.
    let owner = beside(&stage, "xclip", &["-quiet", "-selection", "clipboard", "-t", "image/png", "-i", path]);
    paste_until_open(window).await;
    use_it(window).await;
    save(window).await;
    assert_quarters(&on_server(&stage).await, [0, 1, 2, 3]);
    drop(owner);
    // A copied address goes into the field for addresses; words in a field stay words.
    let address = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(&address, "https://pictures.example.com/me.png").unwrap();
    let _owner =
        beside(&stage, "xclip", &["-quiet", "-selection", "clipboard", "-i", address.path().to_str().unwrap()]);
    let wanted =
        "return document.getElementById('profile-picture-url').value === 'https://pictures.example.com/me.png'";
    for _ in 0..20 {
        window.press("Control+v").await.unwrap();
        if window.execute(wanted).await.unwrap() == true {
            return;
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    panic!("the address was not pasted");
}

/// Whether the other program owns the selection yet cannot be asked for: it is tried until it does.
async fn paste_until_open(window: &Window) {
    for _ in 0..20 {
        window.press("Control+v").await.unwrap();
        tokio::time::sleep(Duration::from_millis(300)).await;
        if !window.all_by_role("button", "Use picture").await.unwrap().is_empty() {
            return;
        }
    }
    panic!("nothing was pasted");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_dropped_from_another_program() {
    let stage = Stage::new().await.unwrap();
    let window = stage.sign_in(OWNER).await.unwrap();
    window.app().place(&stage.desktop, (0, 0), (900, 900)).await.unwrap();
    let file = quarters(700, 700);
    let _source = beside(&stage, example("drag_source"), &[file.to_str().unwrap()]);
    let xdotool = async |arguments: &str| {
        let mut command = stage.desktop.command("xdotool");
        assert!(command.args(arguments.split_whitespace()).status().await.unwrap().success(), "{arguments}");
    };
    xdotool("search --sync --onlyvisible --name drag\\ssource windowmove --sync 1000 400").await;
    xdotool("mousemove 1050 470 mousedown 1").await;
    // In steps: a drag begins once the pointer has gone some way, and each step is told to the window under it.
    for step in ["1040 470", "1000 460", "850 450", "700 450", "500 450", "480 450"] {
        xdotool(&format!("mousemove {step} sleep 0.15")).await;
    }
    window.see("Drop the picture here").await.unwrap();
    xdotool("mouseup 1").await;
    use_it(window).await;
    save(window).await;
    assert_quarters(&on_server(&stage).await, [0, 1, 2, 3]);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_network_the_finished_picture_waits_and_is_sent_later() {
    let mut stage = Stage::new().await.unwrap();
    let window = stage.sign_in(OWNER).await.unwrap();
    stage.proxy.always(Fault::Offline).await;
    let file = quarters(700, 700);
    window.choose_file("Choose picture", &file).await.unwrap();
    use_it(window).await;
    window.click("button", "Save changes").await.unwrap();
    window.see("No connection").await.unwrap();
    stage.kill().await.unwrap();
    let window = stage.open().await.unwrap();
    let shown = "return [...document.images].some(image => image.naturalWidth === 512)";
    window.wait_until("the waiting picture", shown).await.unwrap();
    stage.proxy.always(Fault::Pass).await;
    stage.window().unwrap().see("Up to date").await.unwrap();
    assert_quarters(&on_server(&stage).await, [0, 1, 2, 3]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_editor_is_accessible_in_both_themes_and_fits_a_narrow_window() {
    let stage = Stage::new().await.unwrap();
    let window = stage.sign_in(OWNER).await.unwrap();
    let file = quarters(1200, 900);
    for theme in ["Light", "Dark"] {
        window.click("link", "Settings").await.unwrap();
        window.click_label(theme).await.unwrap();
        window.click("link", "Profile").await.unwrap();
        window.choose_file("Choose picture", &file).await.unwrap();
        window.by_role("button", "Use picture").await.unwrap();
        let shown = "return document.querySelector('#picture-stage img')?.naturalWidth > 0";
        window.wait_until("the preview", shown).await.unwrap();
        assert_eq!(window.axe().await.unwrap(), Vec::<String>::new(), "{theme}");
        let drawn = "return document.querySelector('#picture-stage img')?.naturalWidth > 0";
        window.wait_until("the picture", drawn).await.unwrap();
        window.screenshot(&format!("picture-editor-{theme}")).await.unwrap();
        window.resize(360, 800).await.unwrap();
        assert_eq!(window.sideways_overflow().await.unwrap(), 0);
        window.screenshot(&format!("picture-editor-{theme}-narrow")).await.unwrap();
        window.resize(1080, 760).await.unwrap();
        window.press("Escape").await.unwrap();
        window.no_more("button", "Use picture").await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn closing_the_window_over_the_editor_keeps_what_was_cut() {
    let (stage, file) = (Stage::new().await.unwrap(), quarters(1200, 900));
    let window = stage.sign_in(OWNER).await.unwrap();
    window.choose_file("Choose picture", &file).await.unwrap();
    window.by_role("button", "Use picture").await.unwrap();
    closes_and_keeps(stage).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn closing_the_window_while_a_large_photo_is_prepared_keeps_it() {
    let (stage, file) = (Stage::new().await.unwrap(), quarters(7000, 5000));
    let window = stage.sign_in(OWNER).await.unwrap();
    window.choose_file("Choose picture", &file).await.unwrap();
    closes_and_keeps(stage).await;
}

async fn closes_and_keeps(mut stage: Stage) {
    let window = stage.window().unwrap();
    window.app().ask_to_close(&stage.desktop).await.unwrap();
    window.click_the_last("button", "Close and keep the draft").await.unwrap();
    window.app().gone().await.unwrap();
    let window = stage.open().await.unwrap();
    window.see("1 change not saved").await.unwrap();
    window.by_role("button", "Edit picture").await.unwrap();
}
