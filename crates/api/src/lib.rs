//! Client of the profile API: its routes and documents, what its answers mean, the renewal of sessions, and fetching
//! pictures by their address.
//!
//! Nothing here decides when something is sent, keeps anything on disk, or speaks to people: that is the core's.

mod certificate;
mod connection;
mod endpoint;
mod envelope;
mod error;
mod http;
mod login;
mod names;
mod observed_verifier;
mod picture_fetcher;
mod proxy_setting;
mod public_address;
mod renewal;
mod request;
mod routes;
mod secret;
mod session;
mod target;
mod team;
mod tls_failure;
mod tokens;
mod transport;
mod typed_address;
mod upload;
mod wire;

pub use certificate::Certificate;
pub use connection::{Connection, Fetched, ReadMode, Versioned};
pub use endpoint::Endpoint;
pub use error::{ApiError, ApiErrorKind, Delivery};
pub use http::{Http, HttpError, HttpOptions, Timeouts};
pub use login::login;
pub use names::local_addresses;
pub use picture_fetcher::{PictureFetchError, PictureFetcher};
pub use proxy_setting::{ProxyFault, ProxySettings};
pub use secret::Secret;
pub use team::CollaboratorQuery;
pub use tls_failure::TlsFault;
pub use tokens::{LoadingTokens, SavingTokens, StoredTokensError, TokenSaveError, TokenStore, Tokens};
pub use typed_address::{AddressError, EndpointError};
pub use wire::{Page, UserUpdate};
