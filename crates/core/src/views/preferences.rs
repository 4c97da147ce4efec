//! Preferences of this computer.

use lapel_domain::nearest_language;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::kernel::messages::LANGUAGES;

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

/// A language of the interface: the name of a file in `ui/messages`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(export, type = "string")]
pub struct InterfaceLanguage(&'static str);

impl InterfaceLanguage {
    /// The language of everybody for whom there is no nearer one.
    pub const ENGLISH: Self = Self("en");

    /// All languages, sorted by their tags.
    pub fn all() -> impl Iterator<Item = Self> {
        LANGUAGES.into_iter().map(Self)
    }

    /// The language with this tag.
    pub fn parse(tag: &str) -> Option<Self> {
        Self::all().find(|language| language.0 == tag)
    }

    /// The language nearest to the language of a profile or of a system.
    pub fn nearest(tag: &str) -> Self {
        nearest_language(tag, &LANGUAGES).map_or(Self::ENGLISH, Self)
    }

    /// Its tag.
    pub fn as_str(self) -> &'static str {
        self.0
    }
}

/// The chosen language of the interface, as a tag or the word `profile`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(from = "String", into = "String")]
#[ts(export, type = "string")]
pub enum LanguagePreference {
    /// The language of the profile; before sign-in, that of the operating system.
    #[default]
    Profile,
    /// Always this one.
    Fixed(InterfaceLanguage),
}

/// The word for [`LanguagePreference::Profile`]. No language has a tag of this length.
const PROFILE: &str = "profile";

/// A language that this version does not have counts as not chosen: another version may have stored it, and the other
/// preferences must not be lost with it.
impl From<String> for LanguagePreference {
    fn from(word: String) -> Self {
        InterfaceLanguage::parse(&word).map_or(Self::Profile, Self::Fixed)
    }
}

impl From<LanguagePreference> for String {
    fn from(preference: LanguagePreference) -> Self {
        match preference {
            LanguagePreference::Profile => PROFILE,
            LanguagePreference::Fixed(language) => language.as_str(),
        }
        .to_owned()
    }
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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may panic")]
    use super::*;

    #[test]
    fn preferences_survive_a_language_that_this_version_does_not_have() {
        let read = |language: &str| -> Preferences {
            serde_json::from_value(serde_json::json!({ "theme": "dark", "language": language })).unwrap()
        };
        for language in InterfaceLanguage::all() {
            let preferences = read(language.as_str());
            assert_eq!(preferences.language, LanguagePreference::Fixed(language));
            assert_eq!(serde_json::to_value(&preferences).unwrap()["language"], language.as_str());
        }
        let unknown = Preferences { theme: Theme::Dark, ..Preferences::default() };
        assert_eq!([read("profile"), read("tlh")], [unknown.clone(), unknown]);
    }

    #[test]
    fn all_languages_of_the_service_are_spoken_and_other_ones_get_english() {
        for tag in lapel_domain::LANGUAGES {
            assert_eq!(InterfaceLanguage::nearest(tag).as_str(), tag);
        }
        assert_eq!(InterfaceLanguage::nearest("tlh"), InterfaceLanguage::ENGLISH);
    }
}
