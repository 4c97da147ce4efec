//! The profile languages that can be chosen, and the user interface language nearest to a profile language.

/// The profile languages that can be chosen: those that the service accepts (`Language` in
/// tests/contract/openapi.yaml). A profile on the server may contain any other language, which is shown but never
/// sent.
pub const LANGUAGES: [&str; 8] = ["es", "en", "fr", "de", "it", "zh", "pt", "ru"];

/// Primary tags of languages whose speakers mostly also read Spanish.
const NEARER_TO_SPANISH: [&str; 9] = ["an", "ast", "ay", "ca", "eu", "gl", "gn", "oc", "qu"];

/// A language of the user interface.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum InterfaceLanguage {
    /// English, also the fallback for all other languages.
    #[default]
    English,
    /// Spanish.
    Spanish,
}

/// The user interface language nearest to a language tag (`es-MX`) or POSIX locale (`es_MX.UTF-8`); English for an
/// empty text.
pub fn interface_language(tag: &str) -> InterfaceLanguage {
    let primary = tag.split(['-', '_', '.', '@']).next().unwrap_or_default().to_ascii_lowercase();
    if matches!(primary.as_str(), "es" | "spa") || NEARER_TO_SPANISH.contains(&primary.as_str()) {
        InterfaceLanguage::Spanish
    } else {
        InterfaceLanguage::English
    }
}

/// The language is not one of [`LANGUAGES`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a language that can be chosen")]
pub struct LanguageError;

/// Accepts one of [`LANGUAGES`] in exactly that spelling.
pub fn parse_language(tag: &str) -> Result<String, LanguageError> {
    if sendable_language(tag) { Ok(tag.to_owned()) } else { Err(LanguageError) }
}

/// Whether the service accepts this language (`Language` in tests/contract/openapi.yaml).
pub(crate) fn sendable_language(tag: &str) -> bool {
    LANGUAGES.contains(&tag)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_nearest_interface_language() {
        for tag in ["es", "es-MX", "es_ES.UTF-8", "ES", "ca", "gl-ES", "eu"] {
            assert_eq!(interface_language(tag), InterfaceLanguage::Spanish, "{tag}");
        }
        for tag in ["en", "de-AT", "C", "", "POSIX", "est", "klingon"] {
            assert_eq!(interface_language(tag), InterfaceLanguage::English, "{tag}");
        }
    }

    #[test]
    fn only_listed_languages_can_be_saved() {
        for tag in LANGUAGES {
            assert_eq!(parse_language(tag).as_deref(), Ok(tag));
        }
        for bad in ["", "ca", "en-GB", "en_GB", "EN", " en", "zh-Hans", "中文", "not a tag"] {
            assert_eq!(parse_language(bad), Err(LanguageError), "{bad}");
        }
    }
}
