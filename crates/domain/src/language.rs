//! The profile languages that can be chosen, and the language of a list that is nearest to another one.

use crate::equality::canonical_tag;

/// The profile languages that can be chosen: those that the service accepts (`Language` in
/// tests/contract/openapi.yaml). A profile on the server may contain any other language, which is shown but never
/// sent.
pub const LANGUAGES: [&str; 8] = ["es", "en", "fr", "de", "it", "zh", "pt", "ru"];

/// Primary tags of languages whose speakers mostly also read Spanish.
const NEARER_TO_SPANISH: [&str; 9] = ["an", "ast", "ay", "ca", "eu", "gl", "gn", "oc", "qu"];

/// The one of `languages` that is nearest to a language tag (`es-MX`) or POSIX locale (`es_MX.UTF-8`), if one is near.
/// They are primary tags.
pub fn nearest_language<'a>(tag: &str, languages: &[&'a str]) -> Option<&'a str> {
    // A locale may end with an encoding or a variant.
    let tag = canonical_tag(tag.split(['.', '@']).next().unwrap_or_default());
    let primary = tag.split('-').next().unwrap_or_default();
    let find = |wanted: &str| languages.iter().copied().find(|&language| language == wanted);
    find(primary).or_else(|| find("es").filter(|_| NEARER_TO_SPANISH.contains(&primary)))
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
    fn finds_the_nearest_language() {
        let languages = ["de", "en", "es", "pt", "ru", "zh"];
        for (tag, nearest) in [
            ("es", "es"),
            ("es-MX", "es"),
            ("es_ES.UTF-8", "es"),
            ("ES", "es"),
            ("spa", "es"),
            ("de_CH@euro", "de"),
            ("pt-BR", "pt"),
            ("zh-Hant-TW", "zh"),
            ("zh_CN.GB18030", "zh"),
            ("ru_UA.KOI8-U", "ru"),
            ("ca", "es"),
            ("gl-ES", "es"),
            ("eu", "es"),
        ] {
            assert_eq!(nearest_language(tag, &languages), Some(nearest), "{tag}");
        }
        for tag in ["nl-BE", "C", "", "POSIX", "est", "klingon", "\u{fffd}"] {
            assert_eq!(nearest_language(tag, &languages), None, "{tag}");
        }
        assert_eq!(
            nearest_language("ca-ES", &["ca", "es"]),
            Some("ca"),
            "the language itself is nearer than another one"
        );
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
