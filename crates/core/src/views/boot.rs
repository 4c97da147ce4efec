//! The data that the page gets before its code runs.

use serde::Serialize;
use ts_rs::TS;

use super::{ServerOffer, Snapshot};

/// The data for the first paint. The page needs no command before it.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct Boot {
    /// The first snapshot.
    pub snapshot: Snapshot,
    /// The page that the last start painted from the same data; none if there is no account or something has changed. Its
    /// form is the page's own.
    pub first_page: Option<String>,
    /// The servers offered on the sign-in page, the recommended one first.
    pub servers: Vec<ServerOffer>,
    /// Prefix of a picture's address. It differs between operating systems.
    pub picture_origin: String,
    /// Path of the data folder, to be displayed.
    pub data_folder: String,
    /// The app's version.
    pub version: String,
    /// The profile languages to choose from, as BCP 47 tags.
    pub languages: Vec<String>,
    /// The limits that the page checks before it sends something.
    pub limits: Limits,
}

/// Limits of the core that the page knows as well, so that a person learns of a problem while they type or choose a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct Limits {
    /// The maximum length of a first or last name, in characters.
    pub name_length: u32,
    /// The maximum size of a picture file, in bytes.
    pub picture_bytes: u32,
    /// The sides of the finished picture, in pixels.
    pub picture_side: u32,
    /// The maximum size of an imported list, in bytes.
    pub list_bytes: u32,
}
