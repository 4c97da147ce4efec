//! Which values a person sees as equal: the same letters however Unicode spells them, any run of white space as one space,
//! a language under its present and its former tag. Such a difference is nobody's change and never a conflict.

use icu_locale::{Locale, LocaleCanonicalizer};
use unicode_normalization::UnicodeNormalization;

use crate::Field;
use crate::name::is_space;

/// Whether two texts are the same letters in the same order, however Unicode spells them (NFC). What a person types is a
/// change where this is not so.
pub fn same_text(a: &str, b: &str) -> bool {
    a == b || a.nfc().eq(b.nfc())
}

/// Whether a person sees two values of a field as equal. Addresses of pictures compare exactly: nobody sees them, and
/// another address may be another picture.
pub fn same_value(field: Field, a: &str, b: &str) -> bool {
    match field {
        Field::FirstName | Field::LastName => same_text(a, b) || words(a) == words(b),
        Field::Picture => a == b,
        Field::Language => a == b || canonical_tag(a) == canonical_tag(b),
    }
}

/// The parts between white space, in NFC.
fn words(text: &str) -> Vec<String> {
    text.split(is_space).filter(|word| !word.is_empty()).map(|word| word.nfc().collect()).collect()
}

/// A language tag by the aliases and the letter case of CLDR (`iw` is `he`, `en_gb` is `en-GB`); what is no tag at all, in
/// lower case. Tags that CLDR tells apart stay apart: `zh` and `zh-Hans` have different names.
fn canonical_tag(tag: &str) -> String {
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

    /// Groups of values: within a group all are equal, and none is equal to one of another group.
    fn check(fields: &[Field], groups: &[&[&str]]) {
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
    fn names_are_equal_by_their_letters_and_the_places_of_their_spaces() {
        check(
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
                // One sound of Hangul in one letter or three.
                &["한", "\u{1112}\u{1161}\u{11ab}"],
                // What only looks alike is not equal: a ligature, a full-width letter, another script.
                &["fi"],
                &["ﬁ"],
                &["ｆi"],
                &["Аnna"],
                &["Anna"],
                // A joiner has no width, and changes the letters beside it.
                &["علی\u{200c}رضا"],
                &["علیرضا"],
                &["", " ", "\u{feff}\u{2003}"],
            ],
        );
    }

    #[test]
    fn languages_are_equal_by_the_aliases_of_cldr_and_without_case() {
        check(
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
                // Each of these has a name of its own.
                &["zh", "cmn", "zho"],
                &["zh-Hans"],
                &["zh-CN"],
                &["no"],
                &["nb"],
                // No tags at all.
                &["not a tag", "Not a tag"],
                &["e"],
                &[""],
            ],
        );
    }

    #[test]
    fn pictures_are_equal_by_their_very_address() {
        let address = "https://example.com/a.png";
        let others = ["https://example.com/A.png", " https://example.com/a.png", "https://example.com/a.png?", ""];
        check(&[Field::Picture], &[&[address], &[others[0]], &[others[1]], &[others[2]], &[others[3]]]);
        check(&[Field::Picture], &[&["/pictures/é"], &["/pictures/e\u{301}"]]);
    }

    #[test]
    fn a_text_is_the_same_by_its_letters_alone() {
        assert!(same_text("José", "Jose\u{301}") && same_text("", ""));
        for (a, b) in [("José", "José "), ("a b", "a  b"), ("José", "Jose"), ("iw", "he")] {
            assert!(!same_text(a, b), "{a:?} and {b:?}");
        }
    }
}
