//! The use cases of the app, without a window: sign in, load, edit and send the profile, set the picture, change the
//! signed-in user's own role, manage a team. Nothing here depends on Tauri, SQL or HTTP.
//!
//! Use cases change the state and return success or failure. The page renders the state as one [`views::Snapshot`].
//!
//! Use cases fail with a [`views::AppError`]. Its code is `SignedOut` if no account is active, `SavingDisabled` if
//! the database cannot be used, and `StorageFailed` if a read or write of the database fails. The doc comment of a
//! use case lists only errors beyond these, and only where a caller handles them specially.

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
