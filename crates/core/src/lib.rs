//! What the app does, without a window: sign in, load, edit, send, set the picture, change the own role, manage a team.
//!
//! The page sees one [`views::Snapshot`]; use cases change the state behind it and answer only success or failure.
//! Nothing here knows Tauri, SQL or the wire.

mod account_cache;
mod app;
mod coalesce;
mod connections;
mod credentials;
mod deadline;
mod failure;
mod offered_server;
mod picture_editor;
mod picture_process;
mod pictures;
mod profile_edit;
mod roles;
mod sandbox_server;
mod secrets;
mod server_facts;
mod session;
mod session_end;
mod snapshot_view;
mod state;
mod sync;
mod team;
pub mod views;

pub use app::{App, Clock, Config};
pub use coalesce::next_coalesced;
pub use lapel_api::{ProxySettings, local_addresses};
pub use lapel_picture::child as picture_child;
pub use picture_editor::Piece;
pub use picture_process::PictureProcess;
pub use pictures::ServedPicture;
pub use sandbox_server::StartSandbox;
pub use secrets::{InMemory, OsKeyring, Vault, VaultError};
pub use sync::{Backoff, NetworkProbe};
