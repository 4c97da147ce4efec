//! The use cases of the app, without a window: sign in, load, edit and send the profile, set the picture, change the
//! signed-in user's own role, manage a team. Nothing here depends on Tauri, SQL or HTTP.
//!
//! Use cases change the state and return success or failure. The page renders the state as one [`views::Snapshot`].
//!
//! Use cases fail with a [`views::AppError`]. Inside, services fail with a typed `kernel::error::Failure`; it is converted
//! only for the page and for stored rejections. The [`views::ErrorCode`] is `SignedOut` if no account is active,
//! `SavingDisabled` if the database cannot be used, and `StorageFailed` if a read or write of the database fails. The doc
//! comment of a use case lists only errors beyond these, and only where a caller handles them specially.

mod app;
mod coalesce;
mod kernel;
mod pictures;
mod profile;
mod session;
mod sync;
mod team;
pub mod views;

pub use app::{App, Config};
pub use kernel::deadline::Clock;
pub use kernel::desktop::{Desktop, DesktopError};
pub use lapel_api::{ProxySettings, local_addresses};
pub use pictures::{PictureLocation, PictureProcess, Piece, ServedPicture};
pub use session::{DemoServer, InMemory, LastLink, OsKeyring, RenamedVault, StartSandbox, Vault, VaultError};
pub use sync::{Backoff, NetworkProbe};
