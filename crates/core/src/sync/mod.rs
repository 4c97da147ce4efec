//! Synchronizing the profile: read it, reconcile every edit with it, send what differs, and apply the response.
//!
//! One sync does all of it: it refreshes, sends, and finds out what became of requests without a response. One runs at a time;
//! what a person saves during a sync is left to the next one.

mod counters;
mod fetch;
mod own_role;
mod reconcile;
mod reject;
mod release;
mod response;
mod retry;
mod run;
mod scheduler;
mod send;
mod service;
mod update_body;
mod upload;
mod version;

pub use crate::kernel::backoff::Backoff;
pub use service::NetworkProbe;

pub(crate) use service::{SyncParts, SyncService};
