//! Decides which values look equal to a person: the same letters in any Unicode normalization form, any run of white
//! space as one space, and a language under its current and its former tag. Such a difference is never a conflict.

use icu_locale::{Locale, LocaleCanonicalizer};
use unicode_normalization::UnicodeNormalization;

use crate::Field;
use crate::name::is_space;

/// Whether two texts are equal after Unicode normalization (NFC). A typed value counts as a change only if this is
/// false.
pub fn same_text(a: &str, b: &str) -> bool {
    a == b || a.nfc().eq(b.nfc())
}

/// Whether two values of a field look equal to a person. Picture URLs must be identical: people do not see them, and
/// a different URL may be a different picture.
pub fn same_value(field: Field, a: &str, b: &str) -> bool {
    match field {
        Field::FirstName | Field::LastName => same_text(a, b) || words(a) == words(b),
        Field::Picture => a == b,
        Field::Language => a == b || canonical_tag(a) == canonical_tag(b),
    }
}

/// The words of a text, in NFC.
fn words(text: &str) -> Vec<String> {
    text.split(is_space).filter(|word| !word.is_empty()).map(|word| word.nfc().collect()).collect()
}

/// A language tag with CLDR's aliases and letter case applied (`iw` becomes `he`, `en_gb` becomes `en-GB`). A text
/// that is not a tag is only lowercased. Tags that CLDR distinguishes stay different: `zh` and `zh-Hans` have
/// different names.
pub(crate) fn canonical_tag(tag: &str) -> String {
    let tag = tag.trim_matches(is_space).replace('_', "-");
    match Locale::try_from_str(&tag) {
        Ok(mut locale) => {
            LocaleCanonicalizer::new_common().canonicalize(&mut locale);
            locale.to_string()
        }
        Err(_) => tag.to_lowercase(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAMES: [Field; 2] = [Field::FirstName, Field::LastName];

    /// Asserts that values are equal within a group and different across groups.
    fn assert_groups(fields: &[Field], groups: &[&[&str]]) {
        for field in fields {
            for (i, group) in groups.iter().enumerate() {
                for (j, other) in groups.iter().enumerate() {
                    for (a, b) in group.iter().flat_map(|a| other.iter().map(move |b| (a, b))) {
                        assert_eq!(same_value(*field, a, b), i == j, "{field:?}: {a:?} and {b:?}");
                    }
                }
            }
        }
    }

    #[test]
    fn names_are_compared_by_letters_and_word_boundaries() {
        assert_groups(
            &NAMES,
            &[
                &[
                    "José María",
                    "Jose\u{301} Mari\u{301}a",
                    " José  María\u{a0}",
                    "José\u{2003}María",
                    "José \t\u{feff}María",
                ],
                &["JoséMaría"],
                &["Jose Maria"],
                &["josé maría"],
                &["José-María"],
                &["Ångström", "\u{212b}ngstro\u{308}m", "A\u{30a}ngström "],
                // A Hangul syllable as one code point or three.
                &["한", "\u{1112}\u{1161}\u{11ab}"],
                // Characters that only look alike are different: a ligature, a full-width letter, another script.
                &["fi"],
                &["ﬁ"],
                &["ｆi"],
                &["Аnna"],
                &["Anna"],
                // A zero-width non-joiner is invisible but changes the letters beside it.
                &["علی\u{200c}رضا"],
                &["علیرضا"],
                &["", " ", "\u{feff}\u{2003}"],
            ],
        );
    }

    #[test]
    fn languages_are_compared_by_cldr_aliases_and_without_case() {
        assert_groups(
            &[Field::Language],
            &[
                &["he", "iw", "HE", "heb", " he "],
                &["he-IL", "iw_IL", "iw-il"],
                &["id", "in", "ind"],
                &["yi", "ji"],
                &["jv", "jw"],
                &["ro", "mo", "rum"],
                &["fil", "tl"],
                &["sr-Latn", "sh", "sr_latn"],
                &["sr"],
                &["en", "eng", "EN"],
                &["en-GB", "en_GB", "en-gb", "en-UK"],
                &["en-US"],
                &["pt"],
                &["pt-BR", "pt_br"],
                // Each of these has its own display name.
                &["zh", "cmn", "zho"],
                &["zh-Hans"],
                &["zh-CN"],
                &["no"],
                &["nb"],
                // Not language tags.
                &["not a tag", "Not a tag"],
                &["e"],
                &[""],
            ],
        );
    }

    #[test]
    fn pictures_are_equal_only_if_their_urls_are_identical() {
        let address = "https://example.com/a.png";
        let others = ["https://example.com/A.png", " https://example.com/a.png", "https://example.com/a.png?", ""];
        assert_groups(&[Field::Picture], &[&[address], &[others[0]], &[others[1]], &[others[2]], &[others[3]]]);
        assert_groups(&[Field::Picture], &[&["/pictures/é"], &["/pictures/e\u{301}"]]);
    }

    #[test]
    fn texts_with_different_letters_or_spaces_are_not_the_same() {
        assert!(same_text("José", "Jose\u{301}") && same_text("", ""));
        for (a, b) in [("José", "José "), ("a b", "a  b"), ("José", "Jose"), ("iw", "he")] {
            assert!(!same_text(a, b), "{a:?} and {b:?}");
        }
    }
}
