//! Profile languages on offer, and which of the interface's own languages is nearest to one.

/// Profile languages on offer: CLDR tags of languages with many speakers or with common localisations, by tag. A
/// profile may hold any other; the page then adds it.
pub const LANGUAGES: [&str; 62] = [
    "af", "am", "ar", "az", "be", "bg", "bn", "bs", "ca", "cs", "cy", "da", "de", "el", "en", "en-GB", "es", "es-MX",
    "et", "eu", "fa", "fi", "fil", "fr", "fr-CA", "ga", "gl", "he", "hi", "hr", "hu", "hy", "id", "is", "it", "ja",
    "ka", "kk", "ko", "lt", "lv", "mk", "ms", "nb", "nl", "pl", "pt", "pt-BR", "ro", "ru", "sk", "sl", "sq", "sr",
    "sv", "sw", "th", "tr", "uk", "vi", "zh-Hans", "zh-Hant",
];

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

/// Why a text is no language tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a language tag")]
pub struct LanguageError;

/// A language tag as the contract's pattern wants it: two or three letters, then groups of 2 to 8 letters or digits; at
/// most 35 characters.
///
/// # Errors
/// Where it is anything else.
pub fn parse_language(tag: &str) -> Result<String, LanguageError> {
    let mut groups = tag.split('-');
    let primary = groups.next().unwrap_or_default();
    let primary_fits = matches!(primary.len(), 2..=3) && primary.bytes().all(|b| b.is_ascii_alphabetic());
    let rest_fits =
        groups.all(|group| matches!(group.len(), 2..=8) && group.bytes().all(|b| b.is_ascii_alphanumeric()));
    if primary_fits && rest_fits && tag.len() <= 35 { Ok(tag.to_owned()) } else { Err(LanguageError) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_language_on_offer_is_a_valid_tag_and_listed_once() {
        for pair in LANGUAGES.windows(2) {
            assert!(pair[0] < pair[1], "{} comes before {}", pair[0], pair[1]);
        }
        assert!(LANGUAGES.iter().all(|tag| parse_language(tag).is_ok()));
    }

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
    fn refuses_what_the_contract_refuses() {
        for bad in ["", "e", "engl", "e1", "en-", "en-a", "en_GB", "en-abcdefghi", "中文", "en GB"] {
            assert_eq!(parse_language(bad), Err(LanguageError), "{bad}");
        }
        assert!(parse_language("zh-Hant-TW").is_ok());
    }
}
