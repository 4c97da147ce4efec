//! The team of an organization: reads it page by page, caches it, searches it in memory, and changes roles.
//!
//! The rules for who may change what are in `lapel_domain`, and the storage is in `lapel_store`.

mod addresses;
mod batch;
mod batches;
mod change;
mod crawl;
mod entry;
mod export;
mod failures;
mod file_encoding;
mod file_words;
mod formulas;
mod history;
mod import;
mod import_file;
mod import_history;
mod import_plan;
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
