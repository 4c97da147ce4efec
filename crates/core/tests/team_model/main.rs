//! Model test of changes of roles and tags: random runs of single and bulk changes with lost responses, rate limits,
//! rejections, crashes, ended sessions, cancellations, undo and a second administrator, against the real sandbox server.
//! After each step, what the app says about each row must be true on the server, nothing may have been sent twice, and an
//! undo must restore exactly what was done. A change of tags must leave the other tags of a row as they are.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may panic")]

mod case;
#[path = "../integration/common/mod.rs"]
mod common;
mod course;
mod steps;
mod tag_case;
mod world;

use std::fmt::Debug;
use std::io::Write;

use case::Case;
use proptest::collection::vec;
use proptest::strategy::Strategy;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use steps::{step, tag_step};
use tag_case::TagCase;
use tokio::runtime::Builder;
use world::World;

/// The number of cases, if LAPEL_TEAM_MODEL_CASES sets it. These cases are new in every run.
fn requested_cases() -> Option<u32> {
    std::env::var("LAPEL_TEAM_MODEL_CASES").ok().map(|number| number.parse().unwrap())
}

/// The number of cases otherwise. These cases are the same in every run.
const DEFAULT_CASES: u32 = 1000;

/// The tests that share the cases. Each has its own thread and server.
const SHARES: u32 = 4;

fn run_share<S: Debug>(share: u8, step: impl Strategy<Value = S>, run: impl AsyncFn(&mut World, &[S])) {
    let cases = requested_cases().unwrap_or(DEFAULT_CASES) / SHARES;
    let config = Config { cases, failure_persistence: None, max_shrink_iters: 100, ..Config::default() };
    let mut runner = match requested_cases() {
        Some(_) => TestRunner::new(config),
        None => TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &[share; 32])),
    };
    let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let world = std::cell::RefCell::new(runtime.block_on(World::new()));
    let outcome = runner.run(&vec(step, 1..5), |steps| {
        let mut world = world.borrow_mut();
        // A case that has failed may leave anything behind.
        if world.cases % 100 == 99 || world.is_dirty {
            *world = runtime.block_on(World::new());
        }
        world.cases += 1;
        world.is_dirty = true;
        runtime.block_on(run(&mut world, &steps));
        world.is_dirty = false;
        Ok(())
    });
    outcome.unwrap_or_else(|error| {
        // Print immediately: the test harness captures the output of `eprintln!` until the test has ended.
        #[allow(clippy::explicit_write, reason = "the output of the macro is captured")]
        writeln!(std::io::stderr(), "{error}").unwrap();
        panic!("a case failed")
    });
}

#[test]
fn first_share() {
    run_share(1, step(), Case::run);
}

#[test]
fn second_share() {
    run_share(2, step(), Case::run);
}

#[test]
fn third_share() {
    run_share(3, step(), Case::run);
}

#[test]
fn fourth_share() {
    run_share(4, step(), Case::run);
}

#[test]
fn first_share_of_tags() {
    run_share(5, tag_step(), TagCase::run);
}

#[test]
fn second_share_of_tags() {
    run_share(6, tag_step(), TagCase::run);
}
