//! What the team page says and keeps when the session ends, when only a part of the team could be read, and for odd names.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

use std::time::Duration;

use lapel_sandbox::{Config, Seed};
use lapel_testkit::desktop::KeyringAtStart;
use lapel_testkit::other_client::DEMO_PASSWORD;
use lapel_testkit::proxy::Fault;
use lapel_testkit::test_world::{OWNER, TestWorld, demo_config};
use lapel_testkit::window::Window;
use serde_json::json;

const COLLABORATORS: &str = "/v1/organizations/65f0a1c0000000000000a001/collaborators";

async fn team_of(members: u32) -> TestWorld {
    let server = Config { seed: Some(Seed::Demo { members }), ..demo_config() };
    let world = TestWorld::with(KeyringAtStart::Unlocked, server).await.unwrap();
    let window = world.sign_in(OWNER).await.unwrap();
    window.click("link", "Team").await.unwrap();
    world
}

/// Whether the button with this name can be clicked, because nothing lies over it.
async fn is_on_top(window: &Window, name: &str) -> bool {
    let button = window.by_role("button", name).await.unwrap();
    let script = "const { left, top, width, height } = arguments[0].getBoundingClientRect();
        return arguments[0].contains(document.elementFromPoint(left + width / 2, top + height / 2))";
    window.execute_with(script, vec![json!(button)]).await.unwrap() == true
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_session_has_ended_in_a_batch_the_same_person_goes_on_with_it_and_the_selection() {
    let world = team_of(60).await;
    let window = world.window().unwrap();
    window.see("Updated").await.unwrap();
    window.click_label("Select all").await.unwrap();
    window.see("65 of 65 selected").await.unwrap();
    window.click("button", "Change role…").await.unwrap();
    window.click("menuitemradio", "Unassigned").await.unwrap();
    world.proxy.every_nth_on(1, "PUT", COLLABORATORS, Fault::Latency(Duration::from_secs(1)));
    window.click("button", "Change 61 roles").await.unwrap();
    window.click("button", "Change 61 roles").await.unwrap();
    window.see(" of 61").await.unwrap();
    let top = "return document.querySelector('.team [role=grid]').getBoundingClientRect().top";
    let before = window.execute(top).await.unwrap();
    world.sandbox().unwrap().end_all_sessions().await.unwrap();
    window.by_role("dialog", "Sign in again").await.unwrap();
    window.click("button", "Later").await.unwrap();
    // The dialog of the batch is still open, and says why it has stopped.
    window.by_role("dialog", "Change roles").await.unwrap();
    window.see("Stopped. Your session has ended.").await.unwrap();
    window.click("button", "Close").await.unwrap();
    // The reason that holds: not the connection, but the session.
    window.see("Sign in again to change roles or tags.").await.unwrap();
    assert!(!window.text().await.unwrap().contains("need to be online"));
    assert_eq!(window.execute(top).await.unwrap(), before, "the reason moves no row");
    window.screenshot("team-signed-out").await.unwrap();
    window.click("button", "Sign in").await.unwrap();
    window.fill("Password", DEMO_PASSWORD).await.unwrap();
    window.click("button", "Sign in").await.unwrap();
    window.wait_until_gone("dialog", "Sign in again").await.unwrap();
    window.see("65 of 65 selected").await.unwrap();
    window.see("A role change in Acme Industries was interrupted").await.unwrap();
    window.screenshot("team-signed-in-again").await.unwrap();
    world.proxy.clear_rules();
    window.click("button", "Continue").await.unwrap();
    window.see_within("Roles changed in Acme Industries: 61 changed", Duration::from_secs(60)).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_partly_read_team_says_so_everywhere_and_offers_a_way_on() {
    let server = Config { seed: Some(Seed::Demo { members: 2600 }), ..demo_config() };
    let world = TestWorld::with(KeyringAtStart::Unlocked, server).await.unwrap();
    for page in [2, 3] {
        let path = format!("{COLLABORATORS}/?page={page}&");
        world.proxy.always_on("GET", &path, Fault::refused(500, 5000, "Broken"));
    }
    let window = world.sign_in(OWNER).await.unwrap();
    window.click("link", "Team").await.unwrap();
    window.see_within("1,000 of about 2,605 people loaded", Duration::from_secs(40)).await.unwrap();
    // In one look, because a retry changes all of it for a moment.
    let says_so = "const text = document.body.innerText;
        const again = [...document.querySelectorAll('#app button')].filter(({ innerText }) => innerText.trim() === 'Try again');
        return text.includes('Team not up to date') && !text.includes('Up to date') && again.length === 1";
    window.wait_until("a team that is not up to date, and one way on", says_so).await.unwrap();
    window.screenshot("team-partial").await.unwrap();
    window.fill("Search people", "member").await.unwrap();
    window.see("found so far").await.unwrap();
    window.click_label("Select everyone loaded so far").await.unwrap();
    window.see("Only people loaded so far can be selected").await.unwrap();
    window.click("button", "Clear selection").await.unwrap();
    window.click("button", "More for the team").await.unwrap();
    window.see("people loaded so far").await.unwrap();
    window.press("Escape").await.unwrap();
    world.proxy.clear_rules();
    // Lapel tries again by itself, too, and may have been faster.
    let again = "[...document.querySelectorAll('#app button')].find(({ innerText }) => innerText.trim() === 'Try again')?.click()";
    window.execute(again).await.unwrap();
    window.fill("Search people", "").await.unwrap();
    window.see_within("2,605 people", Duration::from_secs(40)).await.unwrap();
    window.see("Up to date").await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_notice_lies_over_no_control_of_the_page() {
    let world = team_of(30).await;
    let window = world.window().unwrap();
    window.see("Updated").await.unwrap();
    let list = world.desktop.home().data_dir().join("no-list.csv");
    std::fs::write(&list, "no list at all").unwrap();
    for (width, height) in [(1080, 760), (360, 640)] {
        window.resize(width, height).await.unwrap();
        window.click_label("Select all").await.unwrap();
        window.choose_file("Import roles", &list).await.unwrap();
        window.by_role("button", "Close").await.unwrap();
        window.screenshot(&format!("team-notice-{width}")).await.unwrap();
        for name in ["Change role…", "Clear selection", "Close"] {
            assert!(is_on_top(window, name).await, "{name} at {width}");
        }
        window.click("button", "Close").await.unwrap();
        window.click("button", "Clear selection").await.unwrap();
    }
    // A notice that is shown already adapts to a narrower window.
    window.resize(1080, 760).await.unwrap();
    window.choose_file("Import roles", &list).await.unwrap();
    window.by_role("button", "Close").await.unwrap();
    window.resize(360, 640).await.unwrap();
    window.wait_until("a narrow window", "return innerWidth === 360").await.unwrap();
    assert!(is_on_top(window, "Close").await, "in a window that has become narrow");
    std::fs::remove_file(list).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn very_long_names_are_shortened_and_have_the_same_color_everywhere() {
    let world = TestWorld::new().await.unwrap();
    let editor = world.other_client("editor@example.com").await.unwrap();
    editor.change(json!({ "firstName": "W".repeat(128), "lastName": "M".repeat(128) })).await.unwrap();
    let window = world.sign_in(OWNER).await.unwrap();
    window.click("link", "Team").await.unwrap();
    window.see("WWWW").await.unwrap();
    window.execute("document.querySelectorAll('[role=row][aria-rowindex] button.truncate')[2].click()").await.unwrap();
    window.by_role("complementary", "").await.unwrap();
    window.screenshot("team-long-name").await.unwrap();
    let name = "return document.querySelector('aside .name').getBoundingClientRect().height";
    let height = window.execute(name).await.unwrap().as_f64().unwrap();
    assert!(height < 80.0, "{height}");
    let colors =
        "const color = selector => getComputedStyle(document.querySelector(selector + ' .avatar')).backgroundColor;
        return color('aside') === color('[aria-rowindex=\"4\"]')";
    assert_eq!(window.execute(colors).await.unwrap(), true);
    assert_eq!(window.horizontal_overflow().await.unwrap(), 0);
    window.resize(360, 640).await.unwrap();
    assert_eq!(window.horizontal_overflow().await.unwrap(), 0);
    window.screenshot("team-long-name-narrow").await.unwrap();
}

/// Whether no role on the page is cut or larger than its element.
const NO_ROLE_IS_CUT: &str = "
    const roles = document.querySelectorAll('#app [role=gridcell].teamrole > *, #app [role=gridcell].userrole, #app .second.role, aside .role .input');
    return roles.length > 0 && [...roles].every(({ clientWidth, scrollWidth, clientHeight, scrollHeight }) =>
        scrollWidth <= clientWidth && scrollHeight <= clientHeight + 2)";

#[tokio::test(flavor = "multi_thread")]
async fn roles_are_never_cut() {
    let world = team_of(20).await;
    let window = world.window().unwrap();
    window.see("Updated").await.unwrap();
    for language in ["English", "Español", "Français", "Deutsch", "Italiano", "Português", "Русский", "中文"]
    {
        window.execute("document.querySelectorAll('nav a')[2].click()").await.unwrap();
        window.click_label(language).await.unwrap();
        window.execute("document.querySelectorAll('nav a')[1].click()").await.unwrap();
        window.wait_until("the team", "return document.querySelector('[role=grid] .chip') !== null").await.unwrap();
        for (width, height) in [(1440, 900), (1080, 760), (768, 1024), (360, 640)] {
            window.resize(width, height).await.unwrap();
            window.screenshot(&format!("team-roles-{language}-{width}")).await.unwrap();
            window.wait_until(&format!("whole roles in {language} at {width}"), NO_ROLE_IS_CUT).await.unwrap();
            window.execute("document.querySelector('[aria-rowindex=\"3\"] button.truncate').click()").await.unwrap();
            window.wait_until("the details", "return document.querySelector('aside .role') !== null").await.unwrap();
            window
                .wait_until(&format!("whole roles beside details in {language} at {width}"), NO_ROLE_IS_CUT)
                .await
                .unwrap();
            window.execute("document.querySelector('aside .close').click()").await.unwrap();
            window.wait_until("no details", "return document.querySelector('aside .role') === null").await.unwrap();
        }
        window.resize(1080, 760).await.unwrap();
    }
}
