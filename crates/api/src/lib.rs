//! Client of the profile API: its routes and documents, what its answers mean, the renewal of sessions, and fetching
//! pictures by their address.
//!
//! Nothing here decides when something is sent, keeps anything on disk, or speaks to people: that is the core's.

mod connection;
mod endpoint;
mod envelope;
mod error;
mod exchange;
mod http;
mod login;
mod names;
mod picture_fetcher;
mod public_address;
mod renewal;
mod routes;
mod secret;
mod session;
mod team;
mod tokens;
mod transport;
mod upload;
mod wire;

pub use connection::{Connection, Fetched, Look, Versioned};
pub use endpoint::{Endpoint, EndpointError};
pub use error::{ApiError, ApiErrorKind, Delivery};
pub use http::{Http, HttpError, Timeouts};
pub use login::login;
pub use names::ways_out;
pub use picture_fetcher::{PictureFetchError, PictureFetcher};
pub use secret::Secret;
pub use team::CollaboratorQuery;
pub use tokens::{KeepError, Keeping, Kept, StoredTokensError, TokenKeeper, Tokens};
pub use wire::{Page, UserUpdate};
