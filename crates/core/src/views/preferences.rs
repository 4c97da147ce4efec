//! Preferences of this computer.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

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
