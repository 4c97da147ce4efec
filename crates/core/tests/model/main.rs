//! Random stories of edits, saves, failing networks, changes elsewhere, restarts, odd clocks and sign-outs, with the real
//! server at the other end, compared with a simple model: nothing is lost, nothing is written twice, every end has a name.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may panic")]

#[path = "../common/mod.rs"]
mod common;
mod faults;
mod ledger;
mod scene;
mod steps;
mod surroundings;

use std::cell::OnceCell;
use std::io::Write;

use ledger::Server;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use proptest_state_machine::{ReferenceStateMachine, StateMachineTest};
use scene::Scene;
use steps::Story;
use surroundings::Surroundings;

thread_local! {
    /// Each kind of server is a test of its own, on a thread of its own.
    static SURROUNDINGS: OnceCell<&'static Surroundings> = const { OnceCell::new() };
}

pub(crate) fn with_surroundings<T>(work: impl FnOnce(&'static Surroundings) -> T) -> T {
    work(SURROUNDINGS.with(|cell| *cell.get().expect("a test has made them")))
}

/// Stories in all, for the kinds of servers together, where somebody asks for a number: then they are others each time.
fn asked() -> Option<f64> {
    std::env::var("LAPEL_STORIES").ok().map(|number| number.parse().unwrap())
}

/// As many stories otherwise, and always the same.
const STORIES: f64 = 2000.0;

fn tell_stories(server: Server, share: f64) {
    SURROUNDINGS.with(|cell| {
        cell.get_or_init(|| Box::leak(Box::new(Surroundings::new(server))));
    });
    let cases = (asked().unwrap_or(STORIES) * share) as u32;
    let config = Config { cases, failure_persistence: None, max_shrink_iters: 400, ..Config::default() };
    let mut runner = match asked() {
        Some(_) => TestRunner::new(config.clone()),
        None => TestRunner::new_with_rng(config.clone(), TestRng::deterministic_rng(RngAlgorithm::ChaCha)),
    };
    let story = Story::sequential_strategy(1..=16_usize);
    let outcome = runner.run(&story, |(known, steps, seen)| {
        Scene::test_sequential(config.clone(), known, steps, seen);
        Ok(())
    });
    outcome.unwrap_or_else(|error| {
        // At once: the harness holds back what is printed until the other kinds have told theirs.
        #[allow(clippy::explicit_write, reason = "the macro for it is what is held back")]
        writeln!(std::io::stderr(), "{server:?}: {error}").unwrap();
        panic!("a story ends badly")
    });
}

#[test]
fn an_ordinary_server() {
    tell_stories(Server { no_etag: false, put_replaces_all: false }, 0.5);
}

#[test]
fn a_server_without_etags() {
    tell_stories(Server { no_etag: true, put_replaces_all: false }, 0.25);
}

#[test]
fn a_server_that_empties_what_is_left_out() {
    tell_stories(Server { no_etag: false, put_replaces_all: true }, 0.25);
}
