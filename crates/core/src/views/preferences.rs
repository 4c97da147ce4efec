//! Preferences, and what the page gets before it boots.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{ServerOffer, Snapshot};

/// Light or dark.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum Theme {
    /// As the system has it.
    #[default]
    System,
    /// Always light.
    Light,
    /// Always dark.
    Dark,
}

/// A language that the interface speaks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
#[ts(export)]
pub enum InterfaceLanguage {
    /// English.
    #[default]
    En,
    /// Spanish.
    Es,
}

/// Which language the interface shall speak.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
#[ts(export)]
pub enum LanguagePreference {
    /// As in my profile; before sign-in, the system's.
    #[default]
    Profile,
    /// Always English.
    En,
    /// Always Spanish.
    Es,
}

/// Choices that belong to this computer, not to the account. Nothing that matters if it is lost.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", default)]
#[ts(export)]
pub struct Preferences {
    /// Light or dark.
    pub theme: Theme,
    /// Language of the interface.
    pub language: LanguagePreference,
    /// Whether pictures on other servers than the API's are loaded.
    pub load_remote_pictures: bool,
    /// The server chosen last (`ServerOffer.key`).
    pub last_server: Option<String>,
}

impl Default for Preferences {
    fn default() -> Self {
        Self {
            theme: Theme::System,
            language: LanguagePreference::Profile,
            load_remote_pictures: true,
            last_server: None,
        }
    }
}

/// What the page finds before its first line runs, so that the first paint needs no round trip.
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
