//! A small local server that implements the profile API. The app uses it for the demo, and the tests use it as their
//! server.
//!
//! It implements the contract (`tests/contract/openapi.yaml`). It shares no types and no rules with the client:
//! shared code could hide an error on both sides.

mod app;
mod body;
mod clock;
mod collaborators;
mod config;
mod database;
mod fields;
mod headers;
mod ids;
mod links;
mod mail;
mod organizations;
mod page;
mod passwords;
mod pictures;
mod response;
mod roles;
mod routes;
mod server;
mod sessions;
mod users;

pub use app::{Write, WrittenField};
pub use config::{CodeStatus, Config, Database, PageLimit, PasswordCost, Quirks, Seed, Uploads};
pub use database::OpenError;
pub use mail::Mail;
pub use server::{AdminError, Handle, Sandbox, StartError};
