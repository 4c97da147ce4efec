//! The signed-in person's own profile, from what is typed to a stored edit. The edits are sent by the sync service.

mod drafts;
mod edits;
mod service;

pub(crate) use service::ProfileService;
