//! The zoom of the page in the real window: keys, wheel and settings, and everything that depends on positions.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

use lapel_sandbox::Seed;
use lapel_testkit::desktop::KeyringAtStart;
use lapel_testkit::test_world::{OWNER, TestWorld, demo_config};
use lapel_testkit::waiting::{PATIENCE, until};
use lapel_testkit::window::Window;
use serde_json::json;

/// The buttons of the wheel: away from the user, and towards.
const UP: &str = "4";
const DOWN: &str = "5";

/// Waits until the page has the width that this zoom gives it, and the zoom is shown.
async fn wait_for_zoom(window: &Window, percent: u32) {
    let width = format!("return Math.abs(innerWidth - 1080 / {percent} * 100) < 2");
    window.wait_until(&format!("a zoom of {percent} %"), &width).await.unwrap();
    window.see(&format!("Zoom {percent}%")).await.unwrap();
}

/// Changes the zoom in the page, as the keys do.
async fn set_zoom(window: &Window, percent: u32) {
    window.press("Control+0").await.unwrap();
    wait_for_zoom(window, 100).await;
    let steps = [50, 67, 80, 90, 100, 110, 125, 150, 175, 200, 250, 300];
    let position = |percent| steps.iter().position(|step| *step == percent).unwrap();
    for _ in position(100)..position(percent) {
        window.press("Control+=").await.unwrap();
    }
    for _ in position(percent)..position(100) {
        window.press("Control+-").await.unwrap();
    }
    wait_for_zoom(window, percent).await;
}

/// The edges of the first element that matches a selector, in pixels of the page: left, top, right, bottom.
async fn edges(window: &Window, selector: &str) -> [f64; 4] {
    let script = "const { left, top, right, bottom } = document.querySelector(arguments[0]).getBoundingClientRect();
        return [left, top, right, bottom]";
    let edges = window.execute_with(script, vec![json!(selector)]).await.unwrap();
    serde_json::from_value(edges).unwrap()
}

/// The center of an element, in pixels of the window.
async fn center(window: &Window, selector: &str, percent: u32) -> (f64, f64) {
    let [left, top, right, bottom] = edges(window, selector).await;
    let factor = f64::from(percent) / 100.0;
    ((left + right) / 2.0 * factor, (top + bottom) / 2.0 * factor)
}

/// Activates an element. A click of the driver misses its target in a zoomed page.
async fn press(window: &Window, role: &str, name: &str) {
    let element = window.by_role(role, name).await.unwrap();
    window.execute_with("arguments[0].click()", vec![json!(element)]).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_wheel_and_settings_change_the_zoom_and_a_restart_keeps_it() {
    let mut world = TestWorld::new().await.unwrap();
    let window = world.window().unwrap();
    // On the sign-in page, too. The click gives the window the focus of the desktop.
    window.app().point(&world.desktop, (20.0, 20.0), &["click", "1"]).await.unwrap();
    for (keys, percent) in [
        ("ctrl+plus", 110),
        ("ctrl+KP_Add", 125),
        ("ctrl+KP_Subtract", 110),
        ("ctrl+minus", 100),
        ("ctrl+underscore", 90),
        ("ctrl+0", 100),
        ("ctrl+equal", 110),
        ("ctrl+KP_0", 100),
    ] {
        window.app().press_on_desktop(&world.desktop, &[keys]).await.unwrap();
        wait_for_zoom(window, percent).await;
    }
    for (button, percent) in [(UP, 110), (UP, 125), (DOWN, 110)] {
        let turn = ["keydown", "ctrl", "click", button, "keyup", "ctrl"];
        window.app().point(&world.desktop, (540.0, 400.0), &turn).await.unwrap();
        wait_for_zoom(window, percent).await;
    }
    // The media queries follow, so the page is laid out as in a narrow window.
    set_zoom(window, 200).await;
    window.screenshot("zoom-sign-in").await.unwrap();
    let narrow = "return matchMedia('(max-width: 599px)').matches";
    assert_eq!(window.execute(narrow).await.unwrap(), json!(true));

    window.press("Control+0").await.unwrap();
    wait_for_zoom(window, 100).await;
    world.sign_in(OWNER).await.unwrap();
    window.click("link", "Settings").await.unwrap();
    window.click("button", "Zoom out").await.unwrap();
    wait_for_zoom(window, 90).await;
    for percent in [100, 110, 125, 150, 175] {
        press(window, "button", "Zoom in").await;
        wait_for_zoom(window, percent).await;
    }
    assert_eq!(window.axe().await.unwrap(), Vec::<String>::new());
    window.screenshot("zoom-settings").await.unwrap();
    world.close().await.unwrap();
    let window = world.open().await.unwrap();
    // Hidden, the page has no width. Its first width is the right one already: it never appears without the zoom.
    let width = until("a visible page", PATIENCE, async || {
        Ok(window.execute("return innerWidth").await?.as_f64().filter(|width| *width > 0.0))
    });
    let width = width.await.unwrap();
    assert!((width - 1080.0 / 1.75).abs() < 2.0, "{width}");
    assert!(!window.text().await.unwrap().contains("Zoom"), "a start announces nothing");
    press(window, "link", "Settings").await;
    press(window, "button", "Reset").await;
    wait_for_zoom(window, 100).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn popovers_stand_at_their_buttons_at_every_zoom() {
    let world = TestWorld::new().await.unwrap();
    let window = world.sign_in(OWNER).await.unwrap();
    window.app().set_geometry(&world.desktop, (0, 0), (1080, 900)).await.unwrap();
    for percent in [50, 200, 300] {
        set_zoom(window, percent).await;
        window.wait_until_text_gone("Zoom").await.unwrap();
        let size = json!([1080 * 100 / percent, 900 * 100 / percent]);
        for (what, open, list, anchor) in [
            (
                "the languages",
                "document.querySelector('input[role=combobox]')",
                "[role=listbox]",
                "input[role=combobox]",
            ),
            ("the menu of the picture", "document.querySelector('.picture-button')", "[role=menu]", ".picture-button"),
        ] {
            window.execute(&format!("{open}.scrollIntoView({{ block: 'center' }})")).await.unwrap();
            window.app().point(&world.desktop, center(window, anchor, percent).await, &["click", "1"]).await.unwrap();
            let shown = format!("return document.querySelector('{list}')?.getBoundingClientRect().height > 20");
            window.wait_until(&format!("{what} at {percent} %"), &shown).await.unwrap();
            let ([left, top, right, bottom], [a_left, a_top, a_right, a_bottom]) =
                (edges(window, list).await, edges(window, anchor).await);
            let beside = (top - a_bottom).abs() < 16.0 || (a_top - bottom).abs() < 16.0;
            assert!(beside && left < a_right && right > a_left, "{what} at {percent} %: {left} {top} {right} {bottom}");
            let inside = left >= 0.0 && top >= 0.0 && right <= size[0].as_f64().unwrap() + 2.0;
            assert!(inside && bottom <= size[1].as_f64().unwrap() + 2.0, "{what} at {percent} %: {right} {bottom}");
            let covers = format!(
                "const list = document.querySelector('{list}');
                const {{ left, top, width, height }} = list.getBoundingClientRect();
                return [0.1, 0.3, 0.5, 0.7, 0.9].every((part) =>
                    list.contains(document.elementFromPoint(left + width / 2, top + height * part)))"
            );
            window.wait_until(&format!("{what} in front at {percent} %"), &covers).await.unwrap();
            window.screenshot(&format!("zoom-{percent}-{}", &list[6..10])).await.unwrap();
            window.press("Escape").await.unwrap();
            window.wait_until("a closed list", &format!("return !document.querySelector('{list}')")).await.unwrap();
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_picture_editor_follows_the_pointer_at_every_zoom_and_keeps_the_wheel() {
    let world = TestWorld::new().await.unwrap();
    let window = world.sign_in(OWNER).await.unwrap();
    window.app().set_geometry(&world.desktop, (0, 0), (1080, 900)).await.unwrap();
    let file = tempfile::Builder::new().suffix(".png").tempfile().unwrap().into_temp_path();
    image::RgbImage::from_fn(1200, 1200, |x, _| image::Rgb([if x < 600 { 200 } else { 20 }, 30, 30]))
        .save(&file)
        .unwrap();
    for percent in [50, 200, 300] {
        set_zoom(window, percent).await;
        window.choose_file("Choose picture", &file).await.unwrap();
        window.by_role("button", "Use picture").await.unwrap();
        window
            .wait_until("the picture", "return document.querySelector('#picture-stage img')?.naturalWidth > 0")
            .await
            .unwrap();
        window.execute("document.querySelector('#picture-stage').scrollIntoView({ block: 'center' })").await.unwrap();
        let at = center(window, "#picture-stage", percent).await;
        let picture = async || edges(window, "#picture-stage img").await;
        let before = picture().await;
        // The wheel zooms the picture around the pointer, and not the page.
        let turn = ["keydown", "ctrl", "click", UP, "click", UP, "keyup", "ctrl"];
        window.app().point(&world.desktop, at, &turn).await.unwrap();
        let larger = format!(
            "const {{ width }} = document.querySelector('#picture-stage img').getBoundingClientRect(); return width > {}",
            (before[2] - before[0]) * 1.1
        );
        window.wait_until("a larger picture", &larger).await.unwrap();
        wait_for_zoom_without_text(window, percent).await;
        let zoomed = picture().await;
        let middle = |[left, _, right, _]: [f64; 4]| (left + right) / 2.0;
        assert!((middle(zoomed) - middle(before)).abs() < 3.0, "{before:?} {zoomed:?} at {percent} %");
        // The picture moves as far as the pointer.
        let (x, y) = at;
        let [drag, drop] = [["mousedown", "1"], ["mouseup", "1"]];
        window.app().point(&world.desktop, at, &drag).await.unwrap();
        for step in 1..=4 {
            window.app().point(&world.desktop, (x + 5.0 * f64::from(step), y), &["sleep", "0.05"]).await.unwrap();
        }
        window.app().point(&world.desktop, (x + 20.0, y), &drop).await.unwrap();
        let expected = 20.0 * 100.0 / f64::from(percent);
        let moved = format!(
            "const {{ left, right }} = document.querySelector('#picture-stage img').getBoundingClientRect();
            return Math.abs((left + right) / 2 - {} - {expected}) < 2",
            middle(zoomed)
        );
        window.wait_until(&format!("a picture that moved by {expected} at {percent} %"), &moved).await.unwrap();
        window.press("Escape").await.unwrap();
        window.wait_until_gone("button", "Use picture").await.unwrap();
    }
}

async fn wait_for_zoom_without_text(window: &Window, percent: u32) {
    let width = format!("return Math.abs(innerWidth - 1080 / {percent} * 100) < 2");
    assert_eq!(window.execute(&width).await.unwrap(), json!(true), "the page is still at {percent} %");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_list_shows_its_rows_at_every_zoom() {
    let server = lapel_sandbox::Config { seed: Some(Seed::Demo { members: 300 }), ..demo_config() };
    let world = TestWorld::with(KeyringAtStart::Unlocked, server).await.unwrap();
    let window = world.sign_in(OWNER).await.unwrap();
    window.click("link", "Team").await.unwrap();
    window.by_role("grid", "Team").await.unwrap();
    window.see("Updated").await.unwrap();
    // Rows that overlap, or leave a gap among those that are in view.
    let gaps = r#"
        const grid = [...document.querySelectorAll('[role=grid]')].find(({ ariaLabel }) => ariaLabel === 'Team');
        const rows = [...grid.querySelectorAll('[role=row][aria-rowindex]')].filter(row => row.querySelector('[role=gridcell]'));
        const view = (grid.closest('.scroller') ?? grid).getBoundingClientRect();
        const boxes = rows.map(row => row.getBoundingClientRect()).filter(({ bottom, top }) => bottom > view.top && top < view.bottom)
            .sort((a, b) => a.top - b.top);
        if (boxes.length === 0) return ['no row'];
        return boxes.slice(1).map(({ top }, index) => Math.round(top - boxes[index].bottom)).filter(gap => Math.abs(gap) > 2);
    "#;
    for percent in [50, 200, 300] {
        set_zoom(window, percent).await;
        for end in ["0", "1e9", "2000"] {
            let scroll = format!(
                "const grid = [...document.querySelectorAll('[role=grid]')].find(({{ ariaLabel }}) => ariaLabel === 'Team');
                const scroller = [grid, ...grid.querySelectorAll('*'), document.querySelector('main')]
                    .filter(({{ scrollHeight, clientHeight }}) => scrollHeight > clientHeight + 200).at(-1) ?? grid;
                scroller.scrollTop = {end}"
            );
            window.execute(&scroll).await.unwrap();
            window
                .wait_until(
                    &format!("rows without gaps at {percent} %"),
                    &format!("return (() => {{ {gaps} }})().length === 0"),
                )
                .await
                .unwrap();
        }
    }
}
