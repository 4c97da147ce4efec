//! The team of an organization: reads it page by page, caches it, searches it in memory, and changes roles.
//!
//! The rules for who may change what are in `lapel_domain`, and the storage is in `lapel_store`.

mod addresses;
mod batch;
mod batch_cell;
mod batch_lookup;
mod batch_progress;
mod batch_record;
mod batch_restore;
mod batches;
mod change;
mod crawl;
mod entry;
mod export;
mod failures;
mod file_columns;
mod file_encoding;
mod file_words;
mod find_row;
mod formulas;
mod history;
mod import;
mod import_file;
mod import_header;
mod import_history;
mod import_plan;
mod index;
mod list_records;
mod load;
mod order;
mod page_size;
mod person;
mod plan;
mod read_row;
mod refresh;
mod refused;
mod role_dialog;
mod role_options;
mod roster;
mod row_key;
mod rows;
mod run;
mod run_ledger;
mod run_retry;
mod run_row;
mod run_rows;
mod run_start;
mod run_wait;
mod search_texts;
mod service;
mod team_cell;
mod update_other;
mod window;
mod write_row;

pub(crate) use import_file::MAX_BYTES as MAX_LIST_BYTES;
pub(crate) use service::{TeamParts, TeamService};
