//! Tests of every proxy fault, with a hand-written client and a real server.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a failed step is a failed test")]

mod client;
mod documents;
mod etags;
mod fake_responses;
mod network;
mod recorder;
mod stale;
mod team;
