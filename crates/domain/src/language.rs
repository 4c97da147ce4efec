//! Profile languages on offer, and which of the interface's own languages is nearest to one.

use crate::sendable::sendable_language;

/// Profile languages on offer: the ones that the service takes (contract: Language). A profile may hold any other, which is
/// shown and never sent.
pub const LANGUAGES: [&str; 8] = ["es", "en", "fr", "de", "it", "zh", "pt", "ru"];

/// Languages whose speakers mostly read Spanish too, by primary tag.
const NEARER_TO_SPANISH: [&str; 9] = ["an", "ast", "ay", "ca", "eu", "gl", "gn", "oc", "qu"];

/// A language that the interface speaks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum InterfaceLanguage {
    /// English, also for languages that are near to neither.
    #[default]
    English,
    /// Spanish.
    Spanish,
}

/// The interface language nearest to a tag (`es-MX`), a POSIX locale (`es_MX.UTF-8`) or nothing at all.
pub fn interface_language(tag: &str) -> InterfaceLanguage {
    let primary = tag.split(['-', '_', '.', '@']).next().unwrap_or_default().to_ascii_lowercase();
    if matches!(primary.as_str(), "es" | "spa") || NEARER_TO_SPANISH.contains(&primary.as_str()) {
        InterfaceLanguage::Spanish
    } else {
        InterfaceLanguage::English
    }
}

/// Why a language cannot be saved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a language on offer")]
pub struct LanguageError;

/// A language that can be saved: one of those on offer, in their spelling.
///
/// # Errors
/// Where it is anything else.
pub fn parse_language(tag: &str) -> Result<String, LanguageError> {
    if sendable_language(tag) { Ok(tag.to_owned()) } else { Err(LanguageError) }
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
    fn only_what_is_on_offer_can_be_saved() {
        for tag in LANGUAGES {
            assert_eq!(parse_language(tag).as_deref(), Ok(tag));
        }
        for bad in ["", "ca", "en-GB", "en_GB", "EN", " en", "zh-Hans", "中文", "not a tag"] {
            assert_eq!(parse_language(bad), Err(LanguageError), "{bad}");
        }
    }
}
