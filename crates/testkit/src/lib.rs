//! Tools for the tests: what stands around the app while it is watched from outside.
//!
//! Real parts only: a network that really fails, a home of its own, a real desktop with a real keyring, and the
//! driver of the real window. No knowledge of the app's inside belongs here, only what a person sees and a server gets.

pub mod desktop;
pub mod home;
pub mod keyring;
pub mod person;
pub mod program;
pub mod proxy;
pub mod search;
pub mod stage;
pub mod tls;
mod trouble;
pub mod waiting;
pub mod window;

pub use trouble::{Outcome, Trouble};
