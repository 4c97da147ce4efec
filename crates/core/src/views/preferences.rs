//! Preferences of this computer.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// The color theme.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum Theme {
    /// The theme of the operating system.
    #[default]
    System,
    /// Always light.
    Light,
    /// Always dark.
    Dark,
}

/// A language of the interface.
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

/// The chosen language of the interface.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
#[ts(export)]
pub enum LanguagePreference {
    /// The language of the profile; before sign-in, that of the operating system.
    #[default]
    Profile,
    /// Always English.
    En,
    /// Always Spanish.
    Es,
}

/// Choices for this computer, not for an account. Losing them does no harm.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", default)]
#[ts(export)]
pub struct Preferences {
    /// The color theme.
    pub theme: Theme,
    /// The zoom of the page in percent.
    pub zoom: u16,
    /// Language of the interface.
    pub language: LanguagePreference,
    /// Whether pictures are loaded from servers other than the API's.
    pub load_remote_pictures: bool,
    /// The server chosen last (`ServerOffer.key`).
    pub last_server: Option<String>,
}

impl Default for Preferences {
    fn default() -> Self {
        Self {
            theme: Theme::System,
            zoom: 100,
            language: LanguagePreference::Profile,
            load_remote_pictures: true,
            last_server: None,
        }
    }
}
