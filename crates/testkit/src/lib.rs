//! Test tools that run the app as a black box and observe it from outside.
//!
//! All parts are real: socket-level network faults, a temporary home, an isolated desktop with a real keyring, and a
//! WebDriver session in the real window. Code here must not depend on the app's internals, only on what a user sees
//! and what the server receives.
//!
//! Functions return [`TestError`] when a step fails. Waits end after [`waiting::PATIENCE`] (15 s) with
//! [`TestError::TimedOut`] unless their doc comment names another limit.

pub mod assistive;
pub mod desktop;
mod error;
pub mod home;
pub mod keyring;
pub mod other_client;
pub mod process_memory;
pub mod program;
pub mod proxy;
pub mod search;
pub mod test_world;
pub mod tls;
pub mod waiting;
pub mod window;

pub use error::{Result, TestError};
