//! The doors between page, shell and system: fast messages only, no way out of the page, one app per data folder.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

use std::process::Stdio;
use std::time::Duration;

use lapel_testkit::program::Program;
use lapel_testkit::stage::{OWNER, Stage};
use lapel_testkit::waiting::{PATIENCE, until};
use lapel_testkit::window::binary;

/// Counts what the page asks the shell by the fast way. Where Tauri has fallen back to messages it asks no more that way.
const COUNT: &str = r#"
    window.asked = [];
    const ask = window.fetch;
    window.fetch = (...words) => ask(...words).then(answer => (window.asked.push([String(words[0]), answer.ok]), answer));
"#;

#[tokio::test(flavor = "multi_thread")]
async fn commands_go_the_fast_way() {
    let stage = Stage::new().await.unwrap();
    let window = stage.sign_in(OWNER).await.unwrap();
    window.execute(COUNT).await.unwrap();
    window.click("button", "Refresh").await.unwrap();
    let asked = "return window.asked.some(([address, ok]) => address.startsWith('ipc://localhost/refresh') && ok)";
    window.wait_until("a command by the fast way", asked).await.unwrap();
    assert!(!window.log_text().contains("postMessage"), "{}", window.log_text());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_reaches_neither_the_network_nor_another_page_nor_other_commands() {
    let stage = Stage::new().await.unwrap();
    let window = stage.sign_in(OWNER).await.unwrap();
    let mark = stage.proxy.mark();
    let tries = format!(
        r#"
        const address = "{}/users/profile";
        window.tries = {{}};
        const note = (name, way) => way.then(() => tries[name] = "went through", () => tries[name] = "refused");
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
        stage.proxy.base_url()
    );
    window.execute(&tries).await.unwrap();
    window.wait_until("the end of all tries", "return Object.keys(window.tries).length === 7").await.unwrap();
    let tries = window.execute("return window.tries").await.unwrap();
    assert!(tries.as_object().unwrap().values().all(|outcome| outcome == "refused"), "{tries}");
    window.see("Olivia Owner").await.unwrap();
    assert_eq!(stage.proxy.requests(mark), Vec::new(), "the page reached the network");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_start_brings_the_first_window_forward_and_ends() {
    let stage = Stage::new().await.unwrap();
    let window = stage.window().unwrap();
    window.app().minimise(&stage.desktop).await.unwrap();
    let mut command = stage.desktop.command(binary().unwrap());
    command.stdout(Stdio::null());
    let log = stage.desktop.home().log("second");
    let mut second = Program::start("a second Lapel", command, &log).unwrap();
    assert_eq!(second.ended(Duration::from_secs(10)).await.unwrap(), Some(0));
    until("the first window in front", PATIENCE, async || {
        Ok(window.app().is_in_front(&stage.desktop).await?.then_some(()))
    })
    .await
    .unwrap();
}
