//! Tests of the client against two kinds of servers on this computer. The small test server in `server.rs` sends
//! exactly the bytes that a test needs, including invalid ones. The sandbox (`lapel-sandbox`) is an independent
//! implementation of the API, so it reveals wrong assumptions that the client and the test server share.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

mod authority;
mod faults;
mod limits;
mod pictures;
mod proxies;
mod redirects;
mod renewal;
mod renewal_stored;
mod requests;
mod sandbox;
mod secrets;
mod security;
mod server;
mod team;
mod tls;
