//! The picture editor in the real window: all ways to add a picture, keyboard operation, and the uploaded result.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may panic")]

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use image::{Rgba, RgbaImage};
use lapel_testkit::proxy::Fault;
use lapel_testkit::test_world::{OWNER, TestWorld};
use lapel_testkit::window::Window;

/// The fixture files, created once per run.
static FIXTURES: LazyLock<PathBuf> = LazyLock::new(|| {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("pictures-to-cut");
    assert!(Command::new(example("make_fixtures")).arg(&folder).status().unwrap().success(), "make_fixtures failed");
    folder
});

fn example(name: &str) -> PathBuf {
    Path::new(&std::env::var("LAPEL_BIN").expect("LAPEL_BIN names the built app")).with_file_name("examples").join(name)
}

/// The colors of the quarters: red and green at the top, blue and yellow at the bottom.
const COLORS: [[u8; 3]; 4] = [[200, 30, 30], [30, 160, 30], [30, 30, 200], [220, 200, 30]];

/// A temporary file with a picture of four colored quarters.
fn quarters(width: u32, height: u32) -> tempfile::TempPath {
    let picture = image::RgbImage::from_fn(width, height, |x, y| {
        image::Rgb(COLORS[usize::from(x >= width / 2) + 2 * usize::from(y >= height / 2)])
    });
    let path = tempfile::Builder::new().suffix(".png").tempfile().unwrap().into_temp_path();
    picture.save(&path).unwrap();
    path
}

/// The picture on the server.
async fn on_server(world: &TestWorld) -> RgbaImage {
    let client = world.other_client(OWNER).await.unwrap();
    let address = client.field("picture").await.unwrap();
    let bytes = client.download(&address).await.unwrap();
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
        let [r, g, b] = COLORS[order[at]];
        assert_near(*picture.get_pixel(x, y), [r, g, b, 255]);
    }
}

async fn save(window: &Window) {
    window.click("button", "Save changes").await.unwrap();
    window.see("Saved").await.unwrap();
}

async fn use_it(window: &Window) {
    window.click("button", "Use picture").await.unwrap();
    window.wait_until_gone("button", "Use picture").await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn every_control_works_by_keyboard_and_is_announced() {
    let world = TestWorld::new().await.unwrap();
    let window = world.sign_in(OWNER).await.unwrap();
    let file = quarters(1200, 900);
    window.choose_file("Choose picture", &file).await.unwrap();
    window.by_role("button", "Use picture").await.unwrap();
    assert_eq!(window.focused_name().await.unwrap(), "Use picture");
    for (button, said) in [
        ("Zoom in", "Zoom "),
        ("Zoom out", "Zoom 100"),
        ("Rotate left", "Rotated left"),
        ("Rotate right", "Rotated right"),
        ("Flip", "Flipped"),
        ("Move left", "Moved left"),
        ("Move right", "Moved right"),
        ("Fit whole picture", "Whole picture, with transparent edges"),
        ("Reset", "Crop reset"),
    ] {
        focus(window, button).await;
        window.press(" ").await.unwrap();
        window.wait_until(said, &announced(said)).await.unwrap();
    }
    // Zoom and move with keys on the picture itself, after a rotation.
    focus(window, "Rotate right").await;
    window.press("Enter").await.unwrap();
    focus(window, "Crop area").await;
    for (key, said) in [("+", "Zoom 1"), ("-", "Zoom 100"), ("ArrowUp", "Moved up"), ("Shift+ArrowDown", "Moved down")]
    {
        window.press(key).await.unwrap();
        window.wait_until(said, &announced(said)).await.unwrap();
    }
    focus(window, "Reset").await;
    window.press("Enter").await.unwrap();
    focus(window, "Rotate right").await;
    window.press("Enter").await.unwrap();
    focus(window, "Flip").await;
    window.press("Enter").await.unwrap();
    focus(window, "Use picture").await;
    window.press("Enter").await.unwrap();
    window.wait_until_gone("button", "Use picture").await.unwrap();
    save(window).await;
    // Rotated clockwise, then flipped horizontally.
    let turned = on_server(&world).await;
    assert_quarters(&turned, [0, 2, 1, 3]);
}

/// Moves the focus with Tab.
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
async fn a_fitted_picture_has_transparent_edges_and_can_be_cropped_again() {
    let world = TestWorld::new().await.unwrap();
    let window = world.sign_in(OWNER).await.unwrap();
    let file = quarters(1200, 600);
    window.choose_file("Choose picture", &file).await.unwrap();
    window.by_role("button", "Use picture").await.unwrap();
    window.click_label("Fit whole picture").await.unwrap();
    use_it(window).await;
    save(window).await;
    let fitted = on_server(&world).await;
    assert_eq!(fitted.get_pixel(256, 20).0[3], 0, "above the picture");
    assert_near(*fitted.get_pixel(100, 200), [200, 30, 30, 255]);
    // Crop again from the original: the picture fills the former transparent edges.
    window.picture_menu("Edit").await.unwrap();
    window.by_role("button", "Use picture").await.unwrap();
    window.click_label("Fit whole picture").await.unwrap();
    use_it(window).await;
    save(window).await;
    assert_quarters(&on_server(&world).await, [0, 1, 2, 3]);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_exif_orientation_is_applied_and_transparency_is_kept() {
    let world = TestWorld::new().await.unwrap();
    let window = world.sign_in(OWNER).await.unwrap();
    let mut upright: Option<RgbaImage> = None;
    for number in 1..=8 {
        window.choose_file("Choose picture", &FIXTURES.join(format!("orientation-{number}.jpg"))).await.unwrap();
        use_it(window).await;
        save(window).await;
        let found = on_server(&world).await;
        let first = upright.get_or_insert_with(|| found.clone());
        for (x, y) in [(60, 60), (452, 60), (60, 452), (452, 452)] {
            assert_near(*found.get_pixel(x, y), first.get_pixel(x, y).0);
        }
    }
    window.choose_file("Choose picture", &FIXTURES.join("transparent.png")).await.unwrap();
    use_it(window).await;
    save(window).await;
    assert!(on_server(&world).await.pixels().any(|pixel| pixel.0[3] == 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_saved_offline_is_sent_later() {
    let mut world = TestWorld::new().await.unwrap();
    let window = world.sign_in(OWNER).await.unwrap();
    world.proxy.always(Fault::Offline).await;
    let file = quarters(700, 700);
    window.choose_file("Choose picture", &file).await.unwrap();
    use_it(window).await;
    window.click("button", "Save changes").await.unwrap();
    window.see("Offline").await.unwrap();
    world.kill().await.unwrap();
    let window = world.open().await.unwrap();
    let shown = "return [...document.images].some(image => image.naturalWidth === 512)";
    window.wait_until("the waiting picture", shown).await.unwrap();
    world.proxy.always(Fault::Pass).await;
    world.window().unwrap().see("Up to date").await.unwrap();
    assert_quarters(&on_server(&world).await, [0, 1, 2, 3]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_editor_is_accessible_in_both_themes_and_fits_a_narrow_window() {
    let world = TestWorld::new().await.unwrap();
    let window = world.sign_in(OWNER).await.unwrap();
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
        assert_eq!(window.horizontal_overflow().await.unwrap(), 0);
        window.screenshot(&format!("picture-editor-{theme}-narrow")).await.unwrap();
        window.resize(1080, 760).await.unwrap();
        window.press("Escape").await.unwrap();
        window.wait_until_gone("button", "Use picture").await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn closing_the_window_with_the_editor_open_keeps_the_picture() {
    let (world, file) = (TestWorld::new().await.unwrap(), quarters(1200, 900));
    let window = world.sign_in(OWNER).await.unwrap();
    window.choose_file("Choose picture", &file).await.unwrap();
    window.by_role("button", "Use picture").await.unwrap();
    close_and_expect_draft(world).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn closing_the_window_while_a_large_photo_is_prepared_keeps_it() {
    let (world, file) = (TestWorld::new().await.unwrap(), quarters(7000, 5000));
    let window = world.sign_in(OWNER).await.unwrap();
    window.choose_file("Choose picture", &file).await.unwrap();
    close_and_expect_draft(world).await;
}

async fn close_and_expect_draft(mut world: TestWorld) {
    let window = world.window().unwrap();
    window.app().request_close(&world.desktop).await.unwrap();
    window.app().wait_for_exit().await.unwrap();
    let window = world.open().await.unwrap();
    window.see("1 change not saved").await.unwrap();
    window.see("New picture").await.unwrap();
}
