//! The commands that the page may call. A command contains no logic: it calls one function of the core, or of a module
//! of the shell such as `window`, and returns the result.

mod picture;
mod preferences;
mod profile;
mod roles;
mod security;
mod session;
mod sync;
mod team;

use tauri::{Builder, Wry};

/// Registers all commands. src-tauri/build.rs finds them and generates the handler.
pub(crate) fn register(builder: Builder<Wry>) -> Builder<Wry> {
    builder.invoke_handler(include!(concat!(env!("OUT_DIR"), "/command_handler.rs")))
}
