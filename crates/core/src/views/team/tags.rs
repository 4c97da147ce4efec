//! Changing tags.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::FacetCount;

/// A request to change the tags of one row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct TagsChangeRequest {
    /// Id of the row.
    pub id: String,
    /// The tags that the user saw. If the server has other ones now, nothing is changed, unless this is an undo.
    pub from: Vec<String>,
    /// The tags that the row should have. Tags that are also in `from` stay as they are.
    pub to: Vec<String>,
    /// Whether this undoes a change. Then only the tags in one of the two lists count, and the row keeps all others.
    #[serde(default)]
    pub undoes: bool,
}

/// A change of tags that was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct TagsChanged {
    /// Id of the row.
    pub id: String,
    /// The display name.
    pub name: String,
    /// The tags before.
    pub from: Vec<String>,
    /// The tags now. A request with `from` and `to` exchanged and `undoes` undoes the change.
    pub to: Vec<String>,
    /// The tags that were added. This list and the next one are empty if the row had these tags already.
    pub added: Vec<String>,
    /// The tags that were removed.
    pub removed: Vec<String>,
}

/// What a batch does to the tags of its rows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct TagsEdit {
    /// The tags to add.
    pub add: Vec<String>,
    /// The tags to remove.
    pub remove: Vec<String>,
}

/// Tags to choose from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct TagSuggestions {
    /// The tags that are in use, sorted by name.
    pub tags: Vec<String>,
    /// Whether these are only the tags of the rows on this computer, because the server did not return its list.
    pub from_cache: bool,
    /// The tags of the selected rows, sorted by name, with the number of rows that have them; empty if they were not asked for.
    pub selected: Vec<FacetCount>,
}
