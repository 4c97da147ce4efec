//! No password and no token stays in the memory of the app's own process after the call or the session that needs it. The text of
//! a call from the page may stay in memory that WebKit keeps in this process; the app cannot wipe it.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

use lapel_testkit::Result;
use lapel_testkit::desktop::KeyringAtStart;
use lapel_testkit::other_client::DEMO_PASSWORD;
use lapel_testkit::test_world::{OWNER, TestWorld, demo_config};
use lapel_testkit::waiting::{PATIENCE, until};
use lapel_testkit::window::{MemoryCopy, Window};

/// Unlike the demo password, this one does not occur in the app's code.
const PASSWORD: &str = "Quiet-Heron-4711";
const NEW_PASSWORD: &str = "Loud-Heron-1147";

/// The copies that the app could have wiped.
fn copies(window: &Window, secrets: &[&str]) -> Result<Vec<MemoryCopy>> {
    let copies = window.app().copies_in_memory(secrets)?;
    Ok(copies.into_iter().filter(|copy| !copy.is_in_call_of_page()).collect())
}

/// Waits until no copy is left: the connections of a call are closed shortly after it.
async fn no_copy_is_left(window: &Window, secrets: &[&str]) {
    let gone = until("the memory without the secrets", PATIENCE, async || {
        Ok(copies(window, secrets)?.is_empty().then_some(()))
    });
    assert!(gone.await.is_ok(), "{:#?}", copies(window, secrets));
}

/// Types key by key: the driver would send the whole text, and WebKit would keep it.
async fn type_into(window: &Window, label: &str, text: &str) {
    window.fill(label, "").await.unwrap();
    window.type_keys(text).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn passwords_and_tokens_leave_the_memory_with_the_call_and_the_session() {
    let mut world = TestWorld::without_window(KeyringAtStart::Unlocked, demo_config()).await.unwrap();
    // Without the proxy, which closes each connection: the buffers of an open one contain the last request.
    let server = world.sandbox().unwrap().base_url();
    world.set_env("LAPEL_API_URL", &server);
    world.open().await.unwrap();
    world.other_client(OWNER).await.unwrap().change_password(DEMO_PASSWORD, PASSWORD).await.unwrap();
    let window = world.window().unwrap();
    window.fill("Email", OWNER).await.unwrap();
    type_into(window, "Password", PASSWORD).await;
    window.click("button", "Sign in").await.unwrap();
    window.by_label("First name").await.unwrap();
    no_copy_is_left(window, &[PASSWORD]).await;
    window.click("button", "Change password").await.unwrap();
    type_into(window, "Current password", PASSWORD).await;
    type_into(window, "New password", NEW_PASSWORD).await;
    window.press("Enter").await.unwrap();
    window.see("Your password was changed.").await.unwrap();
    no_copy_is_left(window, &[PASSWORD, NEW_PASSWORD]).await;
    let stored = world.desktop.keyring().unwrap().secrets(&world.desktop).await.unwrap();
    let words = stored.iter().flat_map(|secret| secret.split('"'));
    let tokens: Vec<&str> = words.filter(|word| word.len() >= 24).collect();
    assert!(
        !copies(window, &tokens).unwrap().is_empty(),
        "a signed-in app has its tokens in memory, so the search would find them"
    );
    window.click("link", "Settings").await.unwrap();
    window.click("button", "Sign out").await.unwrap();
    window.by_label("Email").await.unwrap();
    let secrets = [tokens.as_slice(), &[PASSWORD, NEW_PASSWORD]].concat();
    no_copy_is_left(window, &secrets).await;
}
