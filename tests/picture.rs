//! The picture in the real window: from a file, removed, kept offline; and files that are none.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use lapel_sandbox::{Quirks, Uploads};
use lapel_testkit::proxy::Fault;
use lapel_testkit::stage::{OWNER, Stage};

/// The files, made once for this run.
static FIXTURES: LazyLock<PathBuf> = LazyLock::new(|| {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("pictures");
    let binary = Path::new(&std::env::var("LAPEL_BIN").expect("LAPEL_BIN names the built app"))
        .with_file_name("examples/make_fixtures");
    assert!(Command::new(binary).arg(&folder).status().unwrap().success(), "the fixtures were made");
    folder
});

const HELD: &str = "return [...document.images].some(image => image.naturalWidth === 512)";

#[tokio::test(flavor = "multi_thread")]
async fn a_chosen_file_is_previewed_uploaded_by_save_and_shown_offline_after_a_restart() {
    let mut stage = Stage::new().await.unwrap();
    let window = stage.sign_in(OWNER).await.unwrap();
    window.choose_file("Choose picture", &FIXTURES.join("photo.jpg")).await.unwrap();
    window.click("button", "Use picture").await.unwrap();
    window.click("button", "Save changes").await.unwrap();
    window.see("Saved").await.unwrap();
    let person = stage.person(OWNER).await.unwrap();
    assert!(person.field("picture").await.unwrap().contains("/pictures/"));
    stage.close().await.unwrap();
    stage.proxy.always(Fault::Offline).await;
    let window = stage.open().await.unwrap();
    window.see("No connection").await.unwrap();
    window.wait_until("the cached picture", HELD).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_removed_picture_goes_back_to_initials() {
    let stage = Stage::new().await.unwrap();
    let person = stage.person(OWNER).await.unwrap();
    person.change(serde_json::json!({"picture": "https://pictures.example.com/me.png"})).await.unwrap();
    let window = stage.sign_in(OWNER).await.unwrap();
    window.click("button", "Remove picture").await.unwrap();
    window.click("button", "Save changes").await.unwrap();
    window.see("Saved").await.unwrap();
    assert_eq!(person.field("picture").await.unwrap(), "");
}

#[tokio::test(flavor = "multi_thread")]
async fn odd_files_are_previewed_and_hostile_ones_get_a_sentence() {
    let stage = Stage::new().await.unwrap();
    let window = stage.sign_in(OWNER).await.unwrap();
    let idle = window.app().peak_memory_kib().unwrap();
    for odd in ["cmyk.jpg", "sixteen-bit.png", "animated.webp", "orientation-6.jpg", "transparent.png"] {
        window.choose_file("Choose picture", &FIXTURES.join(odd)).await.unwrap();
        window.by_role("button", "Use picture").await.unwrap_or_else(|trouble| panic!("{odd}: {trouble}"));
        window.press("Escape").await.unwrap();
        window.no_more("button", "Use picture").await.unwrap();
    }
    for hostile in ["bomb-30000.png", "too-many-bytes.jpg", "truncated.jpg", "text.png", "drawing.svg", "empty.png"] {
        window.choose_file("Choose picture", &FIXTURES.join(hostile)).await.unwrap();
        let script = "return !!document.querySelector('#picture-problem')?.textContent.trim()";
        window.wait_until(hostile, script).await.unwrap();
        window.choose_file("Choose picture", &FIXTURES.join("small.png")).await.unwrap();
        window.by_role("button", "Use picture").await.unwrap();
        window.press("Escape").await.unwrap();
        window.no_more("button", "Use picture").await.unwrap();
    }
    // Sixty megabytes are taken or refused, but never at any price.
    window.choose_file("Choose picture", &FIXTURES.join("big-60mb.jpg")).await.unwrap();
    let settled = "return !!document.querySelector('#picture-problem')?.textContent.trim() || !!document.querySelector('#use-picture')";
    window.wait_until("big-60mb.jpg", settled).await.unwrap();
    let more = window.app().peak_memory_kib().unwrap() - idle;
    assert!(more <= 200_000, "the shell took {more} KiB more than idle");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_that_the_server_refuses_points_to_the_address_of_a_picture() {
    let stage = Stage::new().await.unwrap();
    stage.sandbox().unwrap().set_quirks(Quirks { uploads: Uploads::Refused403, ..Quirks::default() });
    let window = stage.sign_in(OWNER).await.unwrap();
    window.choose_file("Choose picture", &FIXTURES.join("small.png")).await.unwrap();
    window.click("button", "Use picture").await.unwrap();
    window.click("button", "Save changes").await.unwrap();
    window.see("This server takes no picture files").await.unwrap();
    assert_eq!(stage.person(OWNER).await.unwrap().field("picture").await.unwrap(), "");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_upload_leaves_the_former_picture_and_another_one_can_be_saved() {
    let stage = Stage::new().await.unwrap();
    let window = stage.sign_in(OWNER).await.unwrap();
    let person = stage.person(OWNER).await.unwrap();
    stage.proxy.next_on("POST", "/v1/upload/", Fault::Stall);
    window.choose_file("Choose picture", &FIXTURES.join("photo.jpg")).await.unwrap();
    window.click("button", "Use picture").await.unwrap();
    window.click("button", "Save changes").await.unwrap();
    window.by_role("progressbar", "Uploading the picture").await.unwrap();
    window.click("button", "Cancel").await.unwrap();
    window.no_more("progressbar", "Uploading the picture").await.unwrap();
    window.see("Up to date").await.unwrap();
    assert_eq!(person.field("picture").await.unwrap(), "");
    window.choose_file("Choose picture", &FIXTURES.join("small.png")).await.unwrap();
    window.click("button", "Use picture").await.unwrap();
    window.click("button", "Save changes").await.unwrap();
    window.see("Saved").await.unwrap();
    assert!(person.field("picture").await.unwrap().contains("/pictures/"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_address_of_a_picture_is_checked_and_saved_and_no_private_address_is_fetched() {
    let stage = Stage::new().await.unwrap();
    let window = stage.sign_in(OWNER).await.unwrap();
    for none in ["http://pictures.example.com/me.png", "https://user:word@pictures.example.com/me.png", "me"] {
        window.fill("Picture URL", none).await.unwrap();
        window.press("Tab").await.unwrap();
        let said = window.problem_of("Picture URL").await.unwrap_or_else(|trouble| panic!("{none}: {trouble}"));
        assert!(said.contains("not the address of a picture"), "{none}: {said}");
    }
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let private = format!("https://127.0.0.1:{}/me.png", listener.local_addr().unwrap().port());
    window.fill("Picture URL", &private).await.unwrap();
    window.press("Tab").await.unwrap();
    window.problem_of("Picture URL").await.unwrap();
    window.click("button", "Save changes").await.unwrap();
    window.by_role("button", "Remove picture").await.unwrap();
    window.see("Up to date").await.unwrap();
    assert_eq!(stage.person(OWNER).await.unwrap().field("picture").await.unwrap(), private);
    let knock = tokio::time::timeout(std::time::Duration::from_millis(200), listener.accept()).await;
    assert!(knock.is_err(), "the app knocked at a private address");
}
