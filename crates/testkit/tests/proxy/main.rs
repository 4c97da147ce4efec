//! Every fault of the proxy, seen by a real client in front of a real server.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a failed step is a failed test")]

mod answers;
mod client;
mod documents;
mod network;
mod recorded;
mod stale;
mod tags;
mod team;
