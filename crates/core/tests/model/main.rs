//! Model test: random sequences of edits, network faults, changes by other clients, restarts, clock changes and
//! sign-outs, run against the real sandbox server and compared with a simple model. No edit may be lost or written
//! twice, and every edit must end as sent, rejected or in conflict.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may panic")]

#[path = "../integration/common/mod.rs"]
mod common;
mod environment;
mod expectations;
mod faults;
mod steps;
mod test_run;

use std::cell::OnceCell;
use std::io::Write;

use environment::Environment;
use expectations::ServerKind;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use proptest_state_machine::{ReferenceStateMachine, StateMachineTest};
use steps::StepGenerator;
use test_run::TestRun;

thread_local! {
    /// One environment per test. Each test runs on its own thread.
    static ENVIRONMENT: OnceCell<&'static Environment> = const { OnceCell::new() };
}

pub(crate) fn with_environment<T>(work: impl FnOnce(&'static Environment) -> T) -> T {
    work(ENVIRONMENT.with(|cell| *cell.get().expect("run_cases sets ENVIRONMENT first")))
}

/// The total number of cases for all tests, if LAPEL_MODEL_CASES sets it. These cases are new in every run.
fn requested_cases() -> Option<f64> {
    std::env::var("LAPEL_MODEL_CASES").ok().map(|number| number.parse().unwrap())
}

/// The total number of cases without LAPEL_MODEL_CASES. These cases are the same in every run.
const DEFAULT_CASES: f64 = 2000.0;

/// Runs `share` (0 to 1) of the cases against this kind of server.
fn run_cases(server: ServerKind, share: f64) {
    ENVIRONMENT.with(|cell| {
        cell.get_or_init(|| Box::leak(Box::new(Environment::new(server))));
    });
    let cases = (requested_cases().unwrap_or(DEFAULT_CASES) * share) as u32;
    let config = Config { cases, failure_persistence: None, max_shrink_iters: 400, ..Config::default() };
    let mut runner = match requested_cases() {
        Some(_) => TestRunner::new(config.clone()),
        None => TestRunner::new_with_rng(config.clone(), TestRng::deterministic_rng(RngAlgorithm::ChaCha)),
    };
    let sequence = StepGenerator::sequential_strategy(1..=16_usize);
    let outcome = runner.run(&sequence, |(state, steps, seen)| {
        TestRun::test_sequential(config.clone(), state, steps, seen);
        Ok(())
    });
    outcome.unwrap_or_else(|error| {
        // Print immediately: the test harness captures the output of `eprintln!` until the test has ended.
        #[allow(clippy::explicit_write, reason = "the output of the macro is captured")]
        writeln!(std::io::stderr(), "{server:?}: {error}").unwrap();
        panic!("a case failed")
    });
}

#[test]
fn ordinary_server() {
    run_cases(ServerKind { no_etag: false, put_replaces_all: false }, 0.5);
}

#[test]
fn server_without_etags() {
    run_cases(ServerKind { no_etag: true, put_replaces_all: false }, 0.25);
}

#[test]
fn server_that_clears_omitted_fields() {
    run_cases(ServerKind { no_etag: false, put_replaces_all: true }, 0.25);
}
