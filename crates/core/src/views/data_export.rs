//! The export of a user's own data.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// The texts of the file README.txt, in the language of the interface. Only those of files that exist are written.
#[derive(Clone, Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct DataTexts {
    /// The title, with the account and the time.
    pub title: String,
    /// What is in profile.json.
    pub profile: String,
    /// What the picture is.
    pub picture: String,
    /// What is in history.csv.
    pub history: String,
    /// What is in edits.json.
    pub edits: String,
    /// What the pictures of unsent changes are.
    pub edit_pictures: String,
}

/// An exported file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct SavedFile {
    /// Its name.
    pub name: String,
    /// The name of its folder, as the file manager shows it.
    pub folder: String,
}
