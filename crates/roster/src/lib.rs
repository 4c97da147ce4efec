//! The rows of one team in memory: search, filters, order and selection. A package of its own, because it is compiled for
//! speed and the rest of the app for size. Reading, storing and changing rows belong in `lapel-core`.

mod best_matches;
mod entry;
mod found_rows;
mod index;
mod order;
mod query;
mod roster;
mod search_texts;
mod selection;

pub use entry::Entry;
pub use found_rows::FoundRows;
pub use query::{FacetCount, MemberState, SelectionChange, TeamColumn, TeamCounts, TeamQuery};
pub use roster::Roster;
