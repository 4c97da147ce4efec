//! Tests of the sandbox server. One program, because linking one for each file takes long.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

mod common;
mod database;
mod http;
mod mail;
mod migrations;
mod pictures;
mod profile;
mod program;
mod roles;
mod sessions;
mod team;
mod two_factor;
