//! The team of an organization: reads it page by page, caches it and changes roles.
//!
//! The rules for who may change what are in `lapel_domain`, the rows in memory and the search are in `lapel_roster`, and the
//! storage is in `lapel_store`.

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
mod emails;
mod export;
mod failures;
mod file_columns;
mod file_encoding;
mod file_words;
mod find_people;
mod find_row;
mod formulas;
mod history;
mod history_rows;
mod import;
mod import_file;
mod import_header;
mod import_history;
mod import_plan;
mod kept_selection;
mod list_records;
mod load;
mod page_size;
mod person;
mod plan;
mod read_row;
mod refresh;
mod refused;
mod role_dialog;
mod role_options;
mod row_key;
mod row_value;
mod rows;
mod run;
mod run_ledger;
mod run_retry;
mod run_row;
mod run_rows;
mod run_start;
mod run_wait;
mod service;
mod tags;
mod team_cell;
mod update_other;
mod window;
mod write_row;

pub(crate) use import_file::MAX_BYTES as MAX_LIST_BYTES;
pub(crate) use service::{TeamParts, TeamService};
