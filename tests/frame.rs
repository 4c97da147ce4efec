//! The frame of the window: side bar, account button, account popover, and the strip above the page.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

use lapel_testkit::desktop::KeyringAtStart;
use lapel_testkit::other_client::DEMO_PASSWORD;
use lapel_testkit::proxy::Fault;
use lapel_testkit::test_world::{OWNER, TestWorld, demo_config};
use lapel_testkit::waiting::{PATIENCE, until};
use lapel_testkit::window::Window;
use serde_json::{Value, json};

const EDITOR: &str = "editor@example.com";

/// Whether the first button with the text of the argument can be seen and clicked as a whole.
const IS_CLICKABLE: &str = r#"
    const button = [...document.querySelectorAll('#app button')].find(({ innerText }) => innerText.trim() === arguments[0]);
    if (!button) return false;
    const { left, right, top, bottom } = button.getBoundingClientRect();
    const isOnTop = (x, y) => button.contains(document.elementFromPoint(x, y));
    return isOnTop(left + 4, top + 4) && isOnTop(right - 4, bottom - 4);
"#;

async fn is_clickable(window: &Window, name: &str) -> bool {
    window.execute_with(IS_CLICKABLE, vec![json!(name)]).await.unwrap() == Value::Bool(true)
}

/// The edges of the first element that matches a selector: left, top, right, bottom.
async fn edges(window: &Window, selector: &str) -> Vec<f64> {
    let script = "const { left, top, right, bottom } = document.querySelector(arguments[0]).getBoundingClientRect();
        return [left, top, right, bottom]";
    let edges = window.execute_with(script, vec![json!(selector)]).await.unwrap();
    edges.as_array().unwrap().iter().map(|edge| edge.as_f64().unwrap()).collect()
}

async fn scroll_top(window: &Window) -> Value {
    window.execute("return document.querySelector('main').scrollTop").await.unwrap()
}

/// Waits until the account button says this about the sync.
async fn wait_for_state(window: &Window, state: &str) {
    let script = format!("return document.querySelector('.switcher [role=status]').innerText === {}", json!(state));
    window.wait_until(state, &script).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_account_button_says_the_state_and_keeps_its_size() {
    let world = TestWorld::new().await.unwrap();
    let window = world.sign_in(OWNER).await.unwrap();
    wait_for_state(window, "Up to date").await;
    let size = edges(window, ".switcher").await;
    let check = async |state: &str, again: usize| {
        wait_for_state(window, state).await;
        window.screenshot(&format!("frame-{state}")).await.unwrap();
        assert_eq!(edges(window, ".switcher").await, size, "{state}");
        assert_eq!(window.all_by_role("button", "Try again").await.unwrap().len(), again, "{state}");
        window.open_account().await.unwrap();
        assert_eq!(window.all_by_role("button", "Try again").await.unwrap().len(), again, "{state}, with the popover");
        let refresh = window.all_by_role("button", "Refresh").await.unwrap().len();
        assert!(refresh + again <= 1, "{state}: {refresh} buttons to refresh");
        window.press("Escape").await.unwrap();
    };
    check("Up to date", 0).await;
    world.proxy.always(Fault::Offline).await;
    window.refresh().await.unwrap();
    check("Offline", 1).await;
    window.fill("First name", "Olga").await.unwrap();
    window.click("button", "Save changes").await.unwrap();
    check("Offline, 1 waiting", 1).await;
    window.open_account().await.unwrap();
    window.see("First name Not sent yet").await.unwrap();
    window.press("Escape").await.unwrap();
    world.other_client(OWNER).await.unwrap().change(json!({ "firstName": "Odile" })).await.unwrap();
    world.proxy.always(Fault::Pass).await;
    window.click("button", "Try again").await.unwrap();
    check("1 change to decide", 0).await;
    world.sandbox().unwrap().end_all_sessions().await.unwrap();
    window.refresh().await.unwrap();
    window.click("button", "Later").await.unwrap();
    check("Signed out, 1 waiting", 0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_strip_moves_nothing_and_is_visible_at_any_scroll_position() {
    let world = TestWorld::new().await.unwrap();
    let window = world.sign_in(OWNER).await.unwrap();
    wait_for_state(window, "Up to date").await;
    let heading = edges(window, "h1").await;
    world.sandbox().unwrap().end_all_sessions().await.unwrap();
    window.refresh().await.unwrap();
    window.click("button", "Later").await.unwrap();
    window.see("Your session has ended").await.unwrap();
    assert_eq!(edges(window, "h1").await, heading);
    let strip = edges(window, ".strip").await;
    assert!(strip[3] - strip[1] <= 36.0 && strip[3] < heading[1], "{strip:?}");
    assert!(is_clickable(window, "Sign in").await);
    window.execute("document.querySelector('main').scrollTop = 10000").await.unwrap();
    assert_ne!(scroll_top(window).await, json!(0));
    window.screenshot("frame-strip-scrolled").await.unwrap();
    assert!(is_clickable(window, "Sign in").await, "scrolled");
    window.resize(360, 640).await.unwrap();
    assert!(is_clickable(window, "Sign in").await, "in a narrow window");
    window.screenshot("frame-strip-narrow").await.unwrap();
    window.click("button", "Sign in").await.unwrap();
    window.by_role("dialog", "Sign in again").await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_sign_in_without_a_keyring_the_notice_is_visible_as_a_whole() {
    let world = TestWorld::with(KeyringAtStart::Absent, demo_config()).await.unwrap();
    let window = world.sign_in(OWNER).await.unwrap();
    window.see("You'll stay signed in only until you close Lapel").await.unwrap();
    wait_for_state(window, "Up to date").await;
    assert_eq!(scroll_top(window).await, json!(0));
    let (strip, content) = (edges(window, ".strip").await, edges(window, "main").await);
    assert_eq!((strip[1], strip[3]), (content[1], content[1] + 36.0));
    assert!(is_clickable(window, "Details").await);
    window.click("button", "Close").await.unwrap();
    window.wait_until_text_gone("until you close Lapel").await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rail_and_a_top_bar_take_the_place_of_the_side_bar_in_narrow_windows() {
    let world = TestWorld::new().await.unwrap();
    let window = world.sign_in(OWNER).await.unwrap();
    world.proxy.always(Fault::Offline).await;
    window.refresh().await.unwrap();
    wait_for_state(window, "Offline").await;
    for (width, height, side_bar) in [(800, 640, [0.0, 0.0, 56.0, 640.0]), (360, 480, [0.0, 0.0, 360.0, 48.0])] {
        window.resize(width, height).await.unwrap();
        for page in ["Team", "Settings", "Profile"] {
            window.click("link", page).await.unwrap();
            let again = window.all_by_role("button", "Try again").await.unwrap().len();
            assert_eq!(again, 1, "{page} at {width}: only the account button tells the missing connection");
            assert_eq!(window.horizontal_overflow().await.unwrap(), 0, "{page} at {width}");
            assert_eq!(edges(window, "header").await, side_bar, "{page} at {width}");
        }
        window.by_role("button", "Try again").await.unwrap();
        window.open_account().await.unwrap();
        let popover = edges(window, ".popover").await;
        assert!(popover[2] <= f64::from(width) && popover[3] <= f64::from(height), "{popover:?}");
        window.screenshot(&format!("frame-popover-{width}")).await.unwrap();
        // The last entry can be reached by scrolling inside the popover.
        window.press("End").await.unwrap();
        assert_eq!(window.focused_name().await.unwrap(), "Sign out");
        let last = edges(window, ".popover > :last-child").await;
        assert!(last[3] <= popover[3], "{last:?} of {popover:?}");
        assert_eq!(window.axe().await.unwrap(), Vec::<String>::new(), "at {width}");
        window.press("Escape").await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_account_popover_can_be_used_by_keyboard() {
    let world = TestWorld::new().await.unwrap();
    let window = world.sign_in(OWNER).await.unwrap();
    wait_for_state(window, "Up to date").await;
    let button = window.by_role("button", "Account").await.unwrap();
    assert_eq!(button.attr("aria-haspopup").await.unwrap(), None, "WebKit would call the button a combo box");
    assert_eq!(button.attr("aria-expanded").await.unwrap().as_deref(), Some("false"));
    window.execute_with("arguments[0].focus()", vec![json!(button)]).await.unwrap();
    window.press("Enter").await.unwrap();
    assert_eq!(button.attr("aria-expanded").await.unwrap().as_deref(), Some("true"));
    window.by_role("dialog", "Account").await.unwrap();
    window.press("Tab").await.unwrap();
    assert_eq!(window.focused_name().await.unwrap(), "Refresh");
    window.press("ArrowUp").await.unwrap();
    assert_eq!(window.focused_name().await.unwrap(), "Sign out");
    window.press("ArrowUp").await.unwrap();
    assert_eq!(window.focused_name().await.unwrap(), "Settings");
    window.press("Escape").await.unwrap();
    window.wait_until_gone("dialog", "Account").await.unwrap();
    assert_eq!(window.focused_name().await.unwrap(), "Account");
    window.press("Enter").await.unwrap();
    window.press("End").await.unwrap();
    window.press("Tab").await.unwrap();
    window.wait_until_gone("dialog", "Account").await.unwrap();

    // Signing out asks the same questions as in the settings.
    world.proxy.always(Fault::Offline).await;
    window.fill("First name", "Olga").await.unwrap();
    window.click("button", "Save changes").await.unwrap();
    wait_for_state(window, "Offline, 1 waiting").await;
    window.open_account().await.unwrap();
    window.click("button", "Sign out").await.unwrap();
    window.see("Sign out and lose changes?").await.unwrap();
    window.click("button", "Cancel").await.unwrap();
    let back = "return document.activeElement.ariaLabel === 'Account'";
    window.wait_until("the focus restored after the dialog", back).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn accounts_keep_their_order_and_are_switched_by_keyboard() {
    let world = TestWorld::new().await.unwrap();
    let window = world.sign_in(OWNER).await.unwrap();
    wait_for_state(window, "Up to date").await;
    world.proxy.always(Fault::Offline).await;
    window.fill("First name", "Olga").await.unwrap();
    window.click("button", "Save changes").await.unwrap();
    wait_for_state(window, "Offline, 1 waiting").await;
    window.open_account().await.unwrap();
    window.click("button", "Sign in with another account").await.unwrap();
    window.by_label("Email").await.unwrap();
    world.proxy.always(Fault::Pass).await;
    window.fill("Email", EDITOR).await.unwrap();
    window.fill("Password", DEMO_PASSWORD).await.unwrap();
    window.click("button", "Sign in").await.unwrap();
    window.see("Edith Editor").await.unwrap();
    let listed = async || {
        window.open_account().await.unwrap();
        let script = "return [...document.querySelectorAll('.popover li .name-lines')].map(({ innerText }) => innerText.split('\\n')[0])";
        let names = window.execute(script).await.unwrap();
        window.screenshot("frame-accounts").await.unwrap();
        names
    };
    let order = json!(["Olga Owner", "Edith Editor"]);
    assert_eq!(listed().await, order);
    window.see("1 change not sent yet").await.unwrap();
    window.see("Ctrl+1").await.unwrap();
    window.press("Escape").await.unwrap();
    window.press("Control+1").await.unwrap();
    window
        .wait_until("the first account", "return document.querySelector('.switcher b').innerText === 'Olga Owner'")
        .await
        .unwrap();
    assert_eq!(listed().await, order, "after switching");
    window.see("Ctrl+2").await.unwrap();
    window.press("Escape").await.unwrap();
    window.fill("Last name", "Typed").await.unwrap();
    window.press("Control+2").await.unwrap();
    window
        .wait_until("the second account", "return document.querySelector('.switcher b').innerText === 'Edith Editor'")
        .await
        .unwrap();
    // The draft was stored without a question.
    window.press("Control+1").await.unwrap();
    window.see("1 change not saved").await.unwrap();
    assert_eq!(window.value_of("Last name").await.unwrap(), "Typed");
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_out_of_all_accounts_names_what_is_lost_and_leaves_no_account() {
    let world = TestWorld::new().await.unwrap();
    let window = world.sign_in(OWNER).await.unwrap();
    window.click("link", "Settings").await.unwrap();
    assert!(window.all_by_role("button", "Sign out of all accounts").await.unwrap().is_empty(), "with one account");
    window.click("link", "Profile").await.unwrap();
    window.fill("First name", "Olga").await.unwrap();
    window.open_account().await.unwrap();
    window.click("button", "Sign in with another account").await.unwrap();
    window.by_label("Email").await.unwrap();
    window.fill("Email", EDITOR).await.unwrap();
    window.fill("Password", DEMO_PASSWORD).await.unwrap();
    window.click("button", "Sign in").await.unwrap();
    window.see("Edith Editor").await.unwrap();
    let keyring = world.desktop.keyring().unwrap();
    assert_eq!(keyring.entry_count(&world.desktop).await.unwrap(), 2);
    window.click("button", "Sign out of all accounts").await.unwrap();
    window.see("These changes haven't been sent to the server and will be lost:").await.unwrap();
    let lost = window.execute("return document.querySelector('dialog li').innerText").await.unwrap();
    assert_eq!(lost, json!("Olivia Owner\nFirst name"));
    assert_eq!(window.axe().await.unwrap(), Vec::<String>::new());
    window.screenshot("sign-out-of-all").await.unwrap();
    window.click_last("button", "Sign out of all accounts").await.unwrap();
    window.by_label("Email").await.unwrap();
    let offered = window.execute("return document.body.innerText.includes('Continue as')").await.unwrap();
    assert_eq!(offered, json!(false));
    // The page is shown before the last entry is removed.
    let removed = async || Ok((keyring.entry_count(&world.desktop).await? == 0).then_some(()));
    until("a keyring without entries", PATIENCE, removed).await.unwrap();
}

/// Clicks the links of two pages many times, and counts the elements that the page has removed.
const CHANGE_PAGES: &str = "
    window.removed = null;
    let count = 0;
    const observer = new MutationObserver((changes) => changes.forEach(({ removedNodes }) => (count += removedNodes.length)));
    observer.observe(document, { childList: true, subtree: true });
    const show = (page) => [...document.querySelectorAll('nav a')].find(({ hash }) => hash === page).click();
    (async () => {
        for (let change = 0; change < 20; change += 1) {
            show(change % 2 === 0 ? '#settings' : '#profile');
            await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
        }
        window.removed = count;
    })();
";

/// The web view keeps the memory of elements and texts that are removed, so a change of the page must not remove any.
#[tokio::test(flavor = "multi_thread")]
async fn changes_of_the_page_remove_nothing_from_it() {
    let world = TestWorld::new().await.unwrap();
    let window = world.sign_in(OWNER).await.unwrap();
    window.see("Up to date").await.unwrap();
    window.click("link", "Settings").await.unwrap();
    window.see("Interface language").await.unwrap();
    window.click("link", "Profile").await.unwrap();
    window.by_label("First name").await.unwrap();
    window.execute(CHANGE_PAGES).await.unwrap();
    window.wait_until("20 changes of the page", "return window.removed !== null").await.unwrap();
    assert_eq!(window.execute("return window.removed").await.unwrap(), json!(0));
    assert_eq!(window.execute("return document.title").await.unwrap(), json!("Profile – Lapel"));
}
