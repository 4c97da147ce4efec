//! Tests of the client against small socket servers that send exactly the bytes a test needs, and against the
//! sandbox.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

mod authority;
mod faults;
mod limits;
mod pictures;
mod proxies;
mod redirects;
mod renewal;
mod requests;
mod sandbox;
mod secrets;
mod server;
mod team;
mod tls;
