//! Starts of the app that end without its own window: a second start, no display, `--help`.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

use std::time::{Duration, Instant};

use lapel_testkit::desktop::{Desktop, KeyringAtStart};
use lapel_testkit::program::{Program, command, run};
use lapel_testkit::test_world::TestWorld;
use lapel_testkit::waiting::{PATIENCE, until};
use lapel_testkit::window::{Signal, binary};

#[tokio::test(flavor = "multi_thread")]
async fn a_second_start_says_so_if_the_running_app_does_not_answer() {
    let world = TestWorld::new().await.unwrap();
    let app = *world.window().unwrap().app();
    app.signal(Signal::STOP).unwrap();
    let start = Instant::now();
    let command = world.desktop.command(binary().unwrap());
    let mut second = Program::start_with_piped_stderr("a second Lapel", command).unwrap();
    let said = second.rest_of_stderr().await;
    let code = second.wait_for_exit(Duration::from_secs(1)).await;
    let took = start.elapsed();
    app.signal(Signal::CONT).unwrap();
    assert_eq!(
        said.unwrap(),
        "Lapel cannot start: Lapel is running already, but it does not answer. End it and try again.\n"
    );
    assert_eq!(code.unwrap(), Some(1));
    assert!(took < Duration::from_secs(5), "{took:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_start_brings_a_running_app_forward_that_answers_again() {
    let world = TestWorld::new().await.unwrap();
    let app = *world.window().unwrap().app();
    app.signal(Signal::STOP).unwrap();
    let second = world.desktop.command(binary().unwrap());
    let mut second = Program::start_with_piped_stderr("a second Lapel", second).unwrap();
    second.rest_of_stderr().await.unwrap();
    app.signal(Signal::CONT).unwrap();
    app.minimize(&world.desktop).await.unwrap();
    run("a third Lapel", world.desktop.command(binary().unwrap())).await.unwrap();
    until("the window in front", PATIENCE, async || Ok(app.is_active(&world.desktop).await?.then_some(())))
        .await
        .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_display_one_sentence_says_so() {
    let desktop = Desktop::start(KeyringAtStart::Absent).await.unwrap();
    for (display, reason) in [("", "there is no display"), (":4321", "does not answer")] {
        let mut command = desktop.command(binary().unwrap());
        command.env("DISPLAY", display);
        let mut app = Program::start_with_piped_stderr("Lapel", command).unwrap();
        let said = app.rest_of_stderr().await.unwrap();
        assert_eq!(app.wait_for_exit(Duration::from_secs(1)).await.unwrap(), Some(1));
        assert!(said.starts_with("Lapel cannot start: ") && said.contains(reason), "{said}");
        assert_eq!(said.lines().count(), 1, "{said}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn help_and_version_need_no_display() {
    for (argument, expected) in [("--help", "LAPEL_DATA_DIR"), ("--version", env!("CARGO_PKG_VERSION"))] {
        let mut command = command(binary().unwrap());
        command.arg(argument).env_remove("DISPLAY").env_remove("WAYLAND_DISPLAY");
        let printed = run("Lapel", command).await.unwrap();
        assert!(printed.contains(expected), "{printed}");
    }
}
