//! Synchronizes the profile: reads it, reconciles every edit with it, sends what differs, and applies the response.
//!
//! A sync also finds out what became of requests without a response. One sync runs at a time. An edit that is saved while a
//! round of a sync reads the profile is left to the next round.

mod counters;
mod fetch;
mod own_role;
mod prepare;
mod reconcile;
mod reject;
mod release;
mod response;
mod retry;
mod run;
mod scheduler;
mod send;
mod service;
mod two_factor;
mod update_body;
mod updates;
mod upload;
mod version;

pub use crate::kernel::backoff::Backoff;
pub use service::NetworkProbe;

pub(crate) use service::{SyncParts, SyncService};
