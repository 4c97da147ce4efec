//! What the page gets before its first line of code runs.

use serde::Serialize;
use ts_rs::TS;

use super::{ServerOffer, Snapshot};

/// What the page needs for the first paint, so that it needs no round trip.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct Boot {
    /// The state to paint.
    pub snapshot: Snapshot,
    /// The servers offered on the sign-in page, best first.
    pub servers: Vec<ServerOffer>,
    /// Prefix of a picture's address; differs between systems.
    pub picture_origin: String,
    /// The folder of all files of the app, to be read.
    pub data_folder: String,
    /// The app's version.
    pub version: String,
    /// The profile languages on offer, as BCP 47 tags.
    pub languages: Vec<String>,
}
