//! Client of the profile API: it sends requests, parses the responses, classifies errors, renews the session and
//! downloads pictures.
//!
//! `lapel-core` decides when to send a request, stores data on disk, and provides the texts for users; this crate does
//! none of these.
//!
//! # Errors
//! Every function that sends a request to the API returns an [`ApiError`] on failure. Its `kind` says what failed; its
//! `delivery` says whether the server may have executed the request. After [`Delivery::Unknown`] the caller must read
//! the current state before it sends the request again, so that no change is made twice.

mod base_address;
mod certificate;
mod connection;
mod connection_failure;
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
mod security;
mod session;
mod target;
mod team;
mod tls_failure;
mod token_state;
mod tokens;
mod transport;
mod typed_address;
mod upload;
mod wire;

pub use base_address::EndpointError;
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
pub use security::{forgot_password, resend_verification, reset_password};
pub use team::CollaboratorQuery;
pub use tls_failure::TlsFault;
pub use tokens::{LoadingTokens, SavingTokens, StoredTokensError, TokenSaveError, TokenStore, Tokens};
pub use typed_address::AddressError;
pub use wire::{Page, UserUpdate};
