//! The profile API as a small real server on this computer: the demo inside the app, and the other end of the tests.
//!
//! It follows the contract (`tests/contract/openapi.yaml`) and shares neither types nor rules with the client, so that
//! neither can agree with the other by mistake. Nothing here knows of the app.

mod answer;
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
mod roles;
mod routes;
mod server;
mod sessions;
mod users;

pub use app::{Write, WrittenField};
pub use config::{CodeStatus, Config, Database, PageLimit, PasswordCost, Quirks, Seed, Uploads};
pub use database::OpenError;
pub use mail::Mail;
pub use server::{DoorError, Handle, Sandbox, StartError};
