//! What the services share: the state, the disk, the network and the tasks of a session.
//!
//! A service takes only the parts that it needs. Use cases are not implemented here.

pub(crate) mod account_read;
pub(crate) mod backoff;
pub(crate) mod connectivity;
pub(crate) mod deadline;
pub(crate) mod desktop;
pub(crate) mod disk;
pub(crate) mod downloads;
pub(crate) mod drafts;
pub(crate) mod error;
pub(crate) mod error_reasons;
pub(crate) mod form_values;
pub(crate) mod messages;
pub(crate) mod network;
pub(crate) mod other_accounts;
pub(crate) mod picture_ids;
pub(crate) mod rejection;
pub(crate) mod role_change;
pub(crate) mod server_facts;
pub(crate) mod server_keys;
pub(crate) mod session;
pub(crate) mod shown_profile;
pub(crate) mod state;
pub(crate) mod state_cell;
pub(crate) mod sync_handle;
pub(crate) mod tasks;
pub(crate) mod uploader;
pub(crate) mod vault;
