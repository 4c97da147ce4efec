//! The team of an organization: read page by page, cached, searched in memory, and its roles changed.
//!
//! The rules of who may change what are in `lapel_domain`, the storage is in `lapel_store`.

mod addresses;
mod batch;
mod batches;
mod change;
mod crawl;
mod entry;
mod export;
mod failures;
mod formulas;
mod history;
mod import;
mod import_file;
mod index;
mod list_records;
mod load;
mod order;
mod page_size;
mod person;
mod plan;
mod put_row;
mod read_row;
mod refresh;
mod role_dialog;
mod role_options;
mod roster;
mod rows;
mod run;
mod service;
mod team_cell;
mod update_other;
mod window;

pub(crate) use import_file::MAX_BYTES as MAX_LIST_BYTES;
pub(crate) use service::{TeamParts, TeamService};
