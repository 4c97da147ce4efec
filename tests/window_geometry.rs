//! Place and size of the native window over restarts: with a window manager, without one, and on Wayland.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

use lapel_testkit::desktop::{KeyringAtStart, Screen, WindowManager};
use lapel_testkit::test_world::{TestWorld, demo_config};
use lapel_testkit::waiting::{PATIENCE, until};
use lapel_testkit::window::{Signal, Window};
use serde_json::{Value, json};

async fn world_on(screen: &Screen) -> TestWorld {
    TestWorld::on_screen(screen, KeyringAtStart::Absent, demo_config()).await.unwrap()
}

/// The size of the page, which is the size of the window without its frame.
async fn page_size(window: &Window) -> Value {
    let size = until("a visible page", PATIENCE, async || {
        let size = window.execute("return [innerWidth, innerHeight]").await?;
        Ok((size[0] != json!(0)).then_some(size))
    });
    size.await.unwrap()
}

/// Restarts the app ten times. Its page has this size each time.
async fn expect_size_over_restarts(world: &mut TestWorld, size: &Value, what: &str) {
    for restart in 1..=10 {
        world.end(Signal::TERM).await.unwrap();
        let window = world.open().await.unwrap();
        let has_size = format!("return innerWidth === {} && innerHeight === {}", size[0], size[1]);
        let found = window.wait_until("the size", &has_size).await;
        assert!(found.is_ok(), "{what}, restart {restart}: {} instead of {size}", page_size(window).await);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_size_stays_the_same_over_ten_restarts() {
    for (window_manager, own_frame) in [
        (WindowManager::Openbox, false),
        (WindowManager::Openbox, true),
        (WindowManager::None, false),
        (WindowManager::None, true),
        (WindowManager::Weston, true),
    ] {
        let what = format!("{window_manager:?}, own frame: {own_frame}");
        let mut world = world_on(&Screen { window_manager, ..Screen::default() }).await;
        world.set_env("GTK_CSD", if own_frame { "1" } else { "0" });
        let window = world.open().await.unwrap();
        assert_eq!(page_size(window).await, json!([1080, 760]), "{what}");
        expect_size_over_restarts(&mut world, &json!([1080, 760]), &what).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_maximized_window_stays_maximized_on_wayland_and_keeps_its_size() {
    let mut world = world_on(&Screen { window_manager: WindowManager::Weston, ..Screen::default() }).await;
    let window = world.open().await.unwrap();
    window.maximize().await.unwrap();
    window.wait_until("a maximized window", "return innerWidth === 1280").await.unwrap();
    let maximized = page_size(window).await;
    expect_size_over_restarts(&mut world, &maximized, "maximized").await;
    let stored = std::fs::read_to_string(world.desktop.home().data_dir().join("preferences.json")).unwrap();
    let stored: Value = serde_json::from_str(&stored).unwrap();
    assert_eq!(json!([stored["window"]["width"], stored["window"]["height"]]), json!([1080, 760]));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_place_stays_the_same_over_restarts() {
    for (window_manager, own_frame) in
        [(WindowManager::Openbox, false), (WindowManager::None, false), (WindowManager::Openbox, true)]
    {
        let mut world = world_on(&Screen { window_manager, ..Screen::default() }).await;
        world.set_env("GTK_CSD", if own_frame { "1" } else { "0" });
        let app = *world.open().await.unwrap().app();
        app.set_geometry(&world.desktop, (140, 90), (840, 640)).await.unwrap();
        let before = app.geometry(&world.desktop).await.unwrap();
        for restart in 1..=3 {
            world.end(Signal::TERM).await.unwrap();
            let app = *world.open().await.unwrap().app();
            let after = app.geometry(&world.desktop).await.unwrap();
            assert_eq!(after, before, "{window_manager:?}, own frame: {own_frame}, restart {restart}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_window_outside_of_the_screen_or_larger_comes_back_into_it() {
    for window_manager in [WindowManager::Openbox, WindowManager::None] {
        let mut world = world_on(&Screen { window_manager, ..Screen::default() }).await;
        // As an earlier version stored it.
        let folder = world.desktop.home().data_dir();
        std::fs::create_dir_all(&folder).unwrap();
        let window = json!({ "x": 100, "y": -700, "width": 2000, "height": 1500, "maximized": false });
        std::fs::write(folder.join("preferences.json"), json!({ "window": window }).to_string()).unwrap();
        world.open().await.unwrap();
        let window = world.window().unwrap();
        // The window manager has drawn a frame around it, too.
        let size = page_size(window).await;
        assert!(size == json!([1280, 920]) || size == json!([1278, 920]), "{window_manager:?}: {size}");
        // With the frame, which xdotool counts twice.
        let place = window.app().geometry(&world.desktop).await.unwrap();
        let place = place.split(['(', ',', ' ']).filter_map(|word| word.parse::<i32>().ok()).collect::<Vec<_>>();
        let [x, y] = place[..2] else { panic!("{place:?}") };
        assert!((0..=4).contains(&x) && (0..=60).contains(&y), "{window_manager:?}: {x}, {y}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_window_is_not_larger_than_a_small_screen() {
    for window_manager in [WindowManager::Openbox, WindowManager::None, WindowManager::Weston] {
        let mut world = world_on(&Screen { size: (800, 600), window_manager, ..Screen::default() }).await;
        let size = page_size(world.open().await.unwrap()).await;
        assert!(size == json!([800, 560]) || size == json!([798, 560]), "{window_manager:?}: {size}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_smallest_window_has_the_same_size_in_css_pixels_at_every_scale() {
    for (text_dpi, scale, zoom, own_frame) in [
        (None, "1", 100, "0"),
        (Some(120), "1", 100, "0"),
        (Some(192), "1", 100, "0"),
        (None, "2", 100, "0"),
        (None, "1", 200, "0"),
        (Some(120), "1", 100, "1"),
    ] {
        let what = format!("{text_dpi:?} dots per inch, scale {scale}, zoom {zoom}, own frame {own_frame}");
        let mut world = world_on(&Screen { size: (1600, 1200), text_dpi, ..Screen::default() }).await;
        world.set_env("GDK_SCALE", scale);
        world.set_env("GTK_CSD", own_frame);
        let folder = world.desktop.home().data_dir();
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join("preferences.json"), json!({ "preferences": { "zoom": zoom } }).to_string())
            .unwrap();
        world.open().await.unwrap();
        let window = world.window().unwrap();
        let [width, height] = [1080 * 100 / zoom, 760 * 100 / zoom];
        let initial = page_size(window).await;
        // The screen is too small for the initial size at twice the scale.
        if text_dpi != Some(192) && scale == "1" {
            assert_eq!(initial, json!([width, height]), "{what}");
        }
        window.app().shrink(&world.desktop).await.unwrap();
        let [width, height] = [360 * 100 / zoom, 480 * 100 / zoom];
        let smallest = format!("return innerWidth === {width} && innerHeight === {height}");
        let found = window.wait_until("the smallest size", &smallest).await;
        assert!(found.is_ok(), "{what}: {}", page_size(window).await);
    }
}
