//! The profile picture in the real window: from a file, by address, removed, offline; and invalid files.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use lapel_sandbox::{Quirks, Uploads};
use lapel_testkit::desktop::KeyringAtStart;
use lapel_testkit::proxy::Fault;
use lapel_testkit::test_world::{OWNER, TestWorld, demo_config};

/// The fixture files, created once per run.
static FIXTURES: LazyLock<PathBuf> = LazyLock::new(|| {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("pictures");
    let binary = Path::new(&std::env::var("LAPEL_BIN").expect("LAPEL_BIN names the built app"))
        .with_file_name("examples/make_fixtures");
    assert!(Command::new(binary).arg(&folder).status().unwrap().success(), "make_fixtures failed");
    folder
});

const PICTURE_SHOWN: &str = "return [...document.images].some(image => image.naturalWidth === 512)";

#[tokio::test(flavor = "multi_thread")]
async fn a_chosen_file_is_uploaded_on_save_and_shown_offline_after_a_restart() {
    let mut world = TestWorld::new().await.unwrap();
    let window = world.sign_in(OWNER).await.unwrap();
    window.choose_file("Choose picture", &FIXTURES.join("photo.jpg")).await.unwrap();
    window.click("button", "Use picture").await.unwrap();
    window.click("button", "Save changes").await.unwrap();
    window.see("Saved").await.unwrap();
    let client = world.other_client(OWNER).await.unwrap();
    assert!(client.field("picture").await.unwrap().contains("/pictures/"));
    world.close().await.unwrap();
    world.proxy.always(Fault::Offline).await;
    let window = world.open().await.unwrap();
    window.see("Offline").await.unwrap();
    window.wait_until("the cached picture", PICTURE_SHOWN).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_can_be_removed() {
    let world = TestWorld::new().await.unwrap();
    let client = world.other_client(OWNER).await.unwrap();
    client.change(serde_json::json!({"picture": "https://pictures.example.com/me.png"})).await.unwrap();
    let window = world.sign_in(OWNER).await.unwrap();
    window.picture_menu("Remove picture").await.unwrap();
    window.click("button", "Save changes").await.unwrap();
    window.see("Saved").await.unwrap();
    assert_eq!(client.field("picture").await.unwrap(), "");
}

#[tokio::test(flavor = "multi_thread")]
async fn unusual_files_are_previewed_and_hostile_files_are_refused() {
    let world = TestWorld::new().await.unwrap();
    let window = world.sign_in(OWNER).await.unwrap();
    let idle = window.app().peak_memory_kib().unwrap();
    for odd in ["cmyk.jpg", "sixteen-bit.png", "animated.webp", "orientation-6.jpg", "transparent.png", "truncated.jpg"]
    {
        window.choose_file("Choose picture", &FIXTURES.join(odd)).await.unwrap();
        window.by_role("button", "Use picture").await.unwrap_or_else(|error| panic!("{odd}: {error}"));
        window.press("Escape").await.unwrap();
        window.wait_until_gone("button", "Use picture").await.unwrap();
    }
    for hostile in ["bomb-30000.png", "too-many-bytes.jpg", "text.png", "drawing.svg", "empty.png"] {
        window.choose_file("Choose picture", &FIXTURES.join(hostile)).await.unwrap();
        window.field_error("Choose picture").await.unwrap_or_else(|error| panic!("{hostile}: {error}"));
        window.choose_file("Choose picture", &FIXTURES.join("small.png")).await.unwrap();
        window.by_role("button", "Use picture").await.unwrap();
        window.press("Escape").await.unwrap();
        window.wait_until_gone("button", "Use picture").await.unwrap();
    }
    // A 60 MB file may be accepted or refused, but must not use much memory.
    window.choose_file("Choose picture", &FIXTURES.join("big-60mb.jpg")).await.unwrap();
    let settled = "return !!document.querySelector('input[type=file][aria-invalid=true]') || !!document.querySelector('#use-picture')";
    window.wait_until("big-60mb.jpg", settled).await.unwrap();
    let more = window.app().peak_memory_kib().unwrap() - idle;
    assert!(more <= 200_000, "the shell took {more} KiB more than idle");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_upload_suggests_a_picture_address() {
    let world = TestWorld::new().await.unwrap();
    world.sandbox().unwrap().set_quirks(Quirks { uploads: Uploads::Refused403, ..Quirks::default() });
    let window = world.sign_in(OWNER).await.unwrap();
    window.choose_file("Choose picture", &FIXTURES.join("small.png")).await.unwrap();
    window.click("button", "Use picture").await.unwrap();
    window.click("button", "Save changes").await.unwrap();
    window.see("This server doesn't accept picture uploads").await.unwrap();
    assert_eq!(world.other_client(OWNER).await.unwrap().field("picture").await.unwrap(), "");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_upload_keeps_the_old_picture_and_another_one_can_be_saved() {
    let world = TestWorld::new().await.unwrap();
    let window = world.sign_in(OWNER).await.unwrap();
    let client = world.other_client(OWNER).await.unwrap();
    world.proxy.next_on("POST", "/v1/upload/", Fault::Stall);
    window.choose_file("Choose picture", &FIXTURES.join("photo.jpg")).await.unwrap();
    window.click("button", "Use picture").await.unwrap();
    window.click("button", "Save changes").await.unwrap();
    window.by_role("progressbar", "Uploading the picture").await.unwrap();
    window.click("button", "Cancel").await.unwrap();
    window.wait_until_gone("progressbar", "Uploading the picture").await.unwrap();
    window.see("Up to date").await.unwrap();
    assert_eq!(client.field("picture").await.unwrap(), "");
    window.choose_file("Choose picture", &FIXTURES.join("small.png")).await.unwrap();
    window.click("button", "Use picture").await.unwrap();
    window.click("button", "Save changes").await.unwrap();
    window.see("Saved").await.unwrap();
    assert!(client.field("picture").await.unwrap().contains("/pictures/"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_address_is_validated_and_private_addresses_are_not_fetched() {
    let world = TestWorld::new().await.unwrap();
    let window = world.sign_in(OWNER).await.unwrap();
    window.picture_menu("Link to a picture").await.unwrap();
    for invalid in ["http://pictures.example.com/me.png", "https://user:word@pictures.example.com/me.png", "me"] {
        window.fill("Picture URL", invalid).await.unwrap();
        window.press("Tab").await.unwrap();
        let said = window.field_error("Picture URL").await.unwrap_or_else(|error| panic!("{invalid}: {error}"));
        assert!(said.contains("isn't a link to a picture"), "{invalid}: {said}");
    }
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let private = format!("https://127.0.0.1:{}/me.png", listener.local_addr().unwrap().port());
    window.fill("Picture URL", &private).await.unwrap();
    window.press("Tab").await.unwrap();
    window.field_error("Picture URL").await.unwrap();
    // It could not be loaded, so it is not saved without a question.
    window.click("button", "Save changes").await.unwrap();
    window.see("Save this link anyway?").await.unwrap();
    window.click("button", "Keep editing").await.unwrap();
    let client = world.other_client(OWNER).await.unwrap();
    assert_eq!(client.field("picture").await.unwrap(), "");
    window.click("button", "Save changes").await.unwrap();
    window.click("button", "Save anyway").await.unwrap();
    window.see("Saved").await.unwrap();
    assert_eq!(client.field("picture").await.unwrap(), private);
    let connection = tokio::time::timeout(std::time::Duration::from_millis(200), listener.accept()).await;
    assert!(connection.is_err(), "the app connected to a private address");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_decoding_program_beside_it_the_app_says_so_and_everything_else_works() {
    let folder = tempfile::tempdir().unwrap();
    let alone = folder.path().join("lapel");
    std::fs::copy(lapel_testkit::window::binary().unwrap(), &alone).unwrap();
    let mut world = TestWorld::without_window(KeyringAtStart::Unlocked, demo_config()).await.unwrap();
    world.set_program(alone);
    world.open().await.unwrap();
    let window = world.sign_in(OWNER).await.unwrap();
    window.fill("First name", "Olga").await.unwrap();
    window.choose_file("Choose picture", &FIXTURES.join("photo.jpg")).await.unwrap();
    window.see("Something went wrong in Lapel").await.unwrap();
    assert_eq!(window.value_of("First name").await.unwrap(), "Olga");
    window.click("button", "Save changes").await.unwrap();
    window.see("Saved").await.unwrap();
}
