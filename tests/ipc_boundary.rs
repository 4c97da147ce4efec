//! The boundaries between page, shell and system: fast IPC, no access from the page to anything else, one app per
//! data folder.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

use std::process::Stdio;
use std::time::Duration;

use lapel_testkit::program::Program;
use lapel_testkit::test_world::{OWNER, TestWorld};
use lapel_testkit::waiting::{PATIENCE, until};
use lapel_testkit::window::binary;

/// Records the commands that use Tauri's fast IPC (custom protocol). If Tauri falls back to `postMessage`, none are
/// recorded.
const RECORD_COMMANDS: &str = r#"
    window.commands = [];
    const originalFetch = window.fetch;
    window.fetch = (...args) =>
        originalFetch(...args).then(response => (window.commands.push([String(args[0]), response.ok]), response));
"#;

#[tokio::test(flavor = "multi_thread")]
async fn commands_use_the_fast_ipc() {
    let world = TestWorld::new().await.unwrap();
    let window = world.sign_in(OWNER).await.unwrap();
    window.execute(RECORD_COMMANDS).await.unwrap();
    window.refresh().await.unwrap();
    let asked = "return window.commands.some(([address, ok]) => address.startsWith('ipc://localhost/refresh') && ok)";
    window.wait_until("a command through the fast IPC", asked).await.unwrap();
    assert!(!window.log_text().contains("postMessage"), "{}", window.log_text());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_cannot_reach_the_network_other_pages_or_other_commands() {
    let world = TestWorld::new().await.unwrap();
    let window = world.sign_in(OWNER).await.unwrap();
    let mark = world.proxy.mark();
    let attempts = format!(
        r#"
        const address = "{}/users/profile";
        window.attempts = {{}};
        const note = (name, promise) => promise.then(() => attempts[name] = "went through", () => attempts[name] = "refused");
        note("fetch", fetch(address));
        note("image", new Promise((done, failed) => Object.assign(new Image(), {{ onload: done, onerror: failed, src: address }})));
        note("inline script", new Promise((done, failed) => {{
            const script = document.createElement("script");
            script.textContent = "window.inline = true";
            document.body.append(script);
            window.inline ? done() : failed();
        }}));
        for (const command of ["plugin:store|load", "plugin:fs|read_file", "plugin:shell|open", "plugin:webview|create_webview"])
            note(command, window.__TAURI_INTERNALS__.invoke(command, {{ path: "preferences.json" }}));
        location.href = address;
        "#,
        world.proxy.base_url()
    );
    window.execute(&attempts).await.unwrap();
    window.wait_until("the results of all attempts", "return Object.keys(window.attempts).length === 7").await.unwrap();
    let attempts = window.execute("return window.attempts").await.unwrap();
    assert!(attempts.as_object().unwrap().values().all(|outcome| outcome == "refused"), "{attempts}");
    window.see("Olivia Owner").await.unwrap();
    assert_eq!(world.proxy.requests(mark), Vec::new(), "the page reached the network");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_start_brings_the_first_window_forward_and_exits() {
    let world = TestWorld::new().await.unwrap();
    let window = world.window().unwrap();
    window.app().minimize(&world.desktop).await.unwrap();
    let mut command = world.desktop.command(binary().unwrap());
    command.stdout(Stdio::null());
    let log = world.desktop.home().log("second");
    let mut second = Program::start("a second Lapel", command, &log).unwrap();
    assert_eq!(second.wait_for_exit(Duration::from_secs(10)).await.unwrap(), Some(0));
    until("the first window to become active", PATIENCE, async || {
        Ok(window.app().is_active(&world.desktop).await?.then_some(()))
    })
    .await
    .unwrap();
}
