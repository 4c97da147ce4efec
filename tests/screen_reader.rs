//! What a screen reader gets: the controls of each page in reading order, and the texts that arrive while something happens.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

use lapel_testkit::assistive::{Listener, Object, Orca, objects};
use lapel_testkit::desktop::KeyringAtStart;
use lapel_testkit::proxy::Fault;
use lapel_testkit::test_world::{OWNER, TestWorld, demo_config};
use serde_json::json;

/// Roles of the objects that a screen reader stops at: controls and headings.
const STOPS: &[&str] = &[
    "check box",
    "combo box",
    "entry",
    "heading",
    "link",
    "password text",
    "push button",
    "radio button",
    "slider",
    "toggle button",
];

/// What comes before the content of each page.
const FRAME: &[&str] = &[
    "link Skip to content",
    "push button Search Lapel",
    "link Profile",
    "link Team",
    "link Settings",
    "push button Account",
];

async fn world() -> TestWorld {
    let mut world = TestWorld::without_window(KeyringAtStart::Unlocked, demo_config()).await.unwrap();
    world.desktop.start_assistive_technology().await.unwrap();
    world.open().await.unwrap();
    world
}

/// The controls and headings of the page as "role name", in reading order. Each object has a known role, each control a name.
async fn stops(world: &TestWorld) -> Vec<String> {
    let all = objects(&world.desktop).await.unwrap();
    for Object { role, text, .. } in &all {
        assert!(!["unknown", "invalid"].contains(&role.as_str()), "{role} \"{text}\"");
    }
    let stops: Vec<_> = all.iter().filter(|object| STOPS.contains(&object.role.as_str())).collect();
    assert!(stops.iter().all(|object| !object.name.is_empty()), "{stops:#?}");
    stops.iter().map(|object| format!("{} {}", object.role, object.name)).collect()
}

/// The stops after those of the frame.
async fn page_stops(world: &TestWorld) -> Vec<String> {
    let mut stops = stops(world).await;
    assert_eq!(stops[..FRAME.len()], *FRAME);
    stops.split_off(FRAME.len())
}

async fn object(world: &TestWorld, role: &str, name: &str) -> Object {
    let mut all = objects(&world.desktop).await.unwrap().into_iter();
    all.find(|object| object.role == role && object.name == name).unwrap_or_else(|| panic!("{role} {name}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn each_page_has_its_controls_in_a_sensible_order() {
    let world = world().await;
    let window = world.window().unwrap();
    let sign_in = [
        "heading Sign in to Lapel",
        "combo box Server",
        "entry Email",
        "password text Password",
        "push button Show",
        "push button Forgot password?",
        "push button Sign in",
        "push button Use an API token instead",
        "push button Demo on this computer",
    ];
    assert_eq!(stops(&world).await, sign_in);
    world.sign_in(OWNER).await.unwrap();
    window.see("Up to date").await.unwrap();
    let profile = [
        "heading Profile",
        "push button Picture",
        "push button Choose picture",
        "heading Olivia Owner",
        "entry First name",
        "entry Last name",
        "combo box Language",
        "combo box Role",
        "heading Security",
        "heading Password",
        "push button Change password",
        "push button Forgot password?",
        "heading Two-factor sign-in",
        "heading Your sign-in",
        "push button Sign out",
        "heading Your data",
        "push button Export my data",
        "heading About your account",
        "heading Organizations",
    ];
    assert_eq!(page_stops(&world).await, profile);
    // It is no combo box, as the web view would call a button with `aria-haspopup`.
    let account = object(&world, "push button", "Account").await;
    assert_eq!(account.description, "Olivia Owner Up to date");
    assert_eq!(account.states, Vec::<String>::new());
    window.open_account().await.unwrap();
    assert_eq!(object(&world, "push button", "Account").await.states, ["expanded"]);
    window.press("Escape").await.unwrap();
    window.click("link", "Settings").await.unwrap();
    let settings = [
        "heading Settings",
        "heading Appearance",
        "radio button System",
        "radio button Light",
        "radio button Dark",
        "radio button Same as my profile",
        "push button Zoom out",
        "push button Zoom in",
        "push button Reset",
        "heading Privacy",
        "toggle button Load pictures from other servers",
        "heading Account",
        "push button Sign out",
        "heading About",
    ];
    let mut stops = page_stops(&world).await;
    // One for each language of the interface.
    let languages = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/ui/messages")).unwrap().count();
    let first = settings.iter().position(|stop| stop.ends_with("Same as my profile")).unwrap() + 1;
    let radios: Vec<String> = stops.drain(first..first + languages).collect();
    assert!(radios.iter().all(|stop| stop.starts_with("radio button ")), "{radios:?}");
    for language in ["radio button English", "radio button Deutsch", "radio button 中文"] {
        assert!(radios.iter().any(|stop| stop == language), "{radios:?}");
    }
    assert_eq!(stops, settings);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_team_page_has_its_controls_in_a_sensible_order() {
    let world = world().await;
    let window = world.sign_in(OWNER).await.unwrap();
    window.click("link", "Team").await.unwrap();
    window.see("Updated").await.unwrap();
    window.see("Victor Viewer").await.unwrap();
    let team = [
        "heading Team",
        "entry Search people",
        "push button Filter",
        "push button Refresh team",
        "push button More for the team",
        "push button Import roles",
        "toggle button All 5",
        "toggle button Owner 1",
        "toggle button Admin 1",
        "toggle button Editor 2",
        "toggle button Viewer 1",
        "check box Select all",
        "push button Person",
        "push button Role in Acme Industries",
        "push button Service role",
        "push button Tags",
        "push button Since",
        "check box Select Olivia Owner",
        "push button Olivia Owner",
        "check box Select Adam Admin",
        "push button Adam Admin",
        "push button Admin, role of Adam Admin",
        "check box Select Edith Editor",
        "push button Edith Editor",
        "push button Editor, role of Edith Editor",
        "check box Select Tomas Twofactor",
        "push button Tomas Twofactor",
        "push button Editor, role of Tomas Twofactor",
        "check box Select Victor Viewer",
        "push button Victor Viewer",
        "push button Viewer, role of Victor Viewer",
        "push button Sort by: owners first",
    ];
    assert_eq!(page_stops(&world).await, team);
    assert_eq!(object(&world, "toggle button", "All 5").await.states, ["pressed"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_picture_editor_has_its_controls_in_a_sensible_order_and_says_each_change() {
    let world = world().await;
    let window = world.sign_in(OWNER).await.unwrap();
    window.choose_file("Choose picture", &picture()).await.unwrap();
    window.by_role("button", "Use picture").await.unwrap();
    let editor = [
        "heading Edit picture",
        "push button Zoom out",
        "slider Zoom",
        "push button Zoom in",
        "push button Move left",
        "push button Move up",
        "push button Move down",
        "push button Move right",
        "push button Rotate left",
        "push button Rotate right",
        "push button Flip",
        "check box Fit whole picture",
        "push button Reset",
        "radio button Transparent",
        "radio button Color",
        "push button Background color",
        "push button Cancel",
        "push button Use picture",
    ];
    assert_eq!(stops(&world).await, editor);
    let listener = Listener::start(&world.desktop).await.unwrap();
    for (keys, said) in [("+", "Zoom 110%"), ("ArrowLeft", "Moved left"), ("Shift+ArrowRight", "Moved right")] {
        window.press(keys).await.unwrap();
        assert_eq!(listener.heard(said).await.unwrap(), "polite");
    }
    for (button, said) in [("Rotate right", "Rotated right"), ("Flip", "Flipped"), ("Reset", "Crop reset")] {
        window.click("button", button).await.unwrap();
        listener.heard(said).await.unwrap();
    }
}

fn picture() -> std::path::PathBuf {
    std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("icons/512x512.png")
}

#[tokio::test(flavor = "multi_thread")]
async fn what_happens_is_announced() {
    let world = world().await;
    let window = world.sign_in(OWNER).await.unwrap();
    window.see("Up to date").await.unwrap();
    let listener = Listener::start(&world.desktop).await.unwrap();
    let heard = async |text: &str| listener.heard(text).await.unwrap();
    window.fill("First name", "Olga").await.unwrap();
    assert_eq!(heard("1 change not saved").await, "polite");
    window.fill("First name", "").await.unwrap();
    heard("Enter a first name.").await;
    window.fill("First name", "Olga").await.unwrap();
    window.fill("Last name", "Oliver").await.unwrap();
    heard("2 changes not saved").await;
    window.click("button", "Save changes").await.unwrap();
    heard("Saved").await;
    window.fill("First name", "Olga Maria").await.unwrap();
    window.click("button", "Discard changes").await.unwrap();
    heard("Discarded: First name").await;
    world.proxy.always(Fault::Offline).await;
    window.fill("First name", "Olga Maria").await.unwrap();
    window.click("button", "Save changes").await.unwrap();
    heard("Will sync automatically").await;
    heard("Stored on this computer. Lapel sends it automatically.").await;
    heard("Offline, 1 waiting").await;
    world.other_client(OWNER).await.unwrap().change(json!({ "firstName": "Odile" })).await.unwrap();
    world.proxy.always(Fault::Pass).await;
    window.click("button", "Try again").await.unwrap();
    heard("Changed in both places").await;
    heard("1 change to decide").await;
    window.click("button", "Keep theirs").await.unwrap();
    heard("Up to date").await;
    world.proxy.next_on("PUT", "/v1/users/", Fault::refused(400, 5120, "This name is reserved"));
    window.fill("First name", "Reserved").await.unwrap();
    window.click("button", "Save changes").await.unwrap();
    heard("This name is reserved").await;
    window.press("Control+k").await.unwrap();
    window.by_role("combobox", "Search Lapel").await.unwrap();
    window.type_keys("sett").await.unwrap();
    heard("1 result").await;
    window.type_keys("xx").await.unwrap();
    heard("No matches").await;
}

/// Orca 43, the version in Debian 12, says what gets the focus. It does not listen to the live regions of WebKitGTK, so after a
/// save it says only where the focus has gone.
#[tokio::test(flavor = "multi_thread")]
async fn orca_says_the_sign_in_page_and_a_save() {
    let mut world = TestWorld::without_window(KeyringAtStart::Unlocked, demo_config()).await.unwrap();
    world.desktop.start_assistive_technology().await.unwrap();
    let orca = Orca::start(&world.desktop).await.unwrap();
    world.open().await.unwrap();
    let window = world.window().unwrap();
    orca.says("Email entry.").await.unwrap();
    for said in ["Password password text.", "Show push button.", "Forgot password? push button", "Sign in push button"]
    {
        window.app().press_on_desktop(&world.desktop, &["Tab"]).await.unwrap();
        orca.says(said).await.unwrap();
    }
    world.sign_in(OWNER).await.unwrap();
    window.fill("First name", "Olga").await.unwrap();
    orca.says("First name entry").await.unwrap();
    window.by_label("Last name").await.unwrap().click().await.unwrap();
    orca.says("Last name entry").await.unwrap();
    window.click("button", "Save changes").await.unwrap();
    window.see("Olga Owner").await.unwrap();
    orca.says("Edit profile").await.unwrap();
}
