//! The signed-in person's own profile, from what is typed to a stored edit. The edits are sent by the sync service.

mod account_data;
mod data_archive;
mod data_export;
mod drafts;
mod edits;
mod exported_edits;
mod service;

pub(crate) use service::{ProfileParts, ProfileService};
