//! Texts as a search compares them: without case and accents. What is searched, and how, is decided elsewhere.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// A text in lower case and without accents and other marks: `Ñandú` and `nandu` are alike. Compatible forms are one
/// (NFKD), and letters with a stroke or tail that Unicode does not take apart are as people type them without one.
pub fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let mut folded = String::with_capacity(text.len());
    let letters = text.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase);
    letters.for_each(|letter| match plain(letter) {
        Some(plain) => folded.push_str(plain),
        None => folded.push(letter),
    });
    folded
}

/// What people type for a letter that has no decomposition.
fn plain(letter: char) -> Option<&'static str> {
    Some(match letter {
        'ø' => "o",
        'ł' => "l",
        'đ' | 'ð' => "d",
        'ħ' => "h",
        'ŧ' => "t",
        'ı' => "i",
        'ß' => "ss",
        'æ' => "ae",
        'œ' => "oe",
        'þ' => "th",
        'ς' => "σ",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_accents_and_compatible_forms_do_not_count() {
        for (text, folded) in [
            ("Owner@Example.COM", "owner@example.com"),
            ("Ñandú", "nandu"),
            ("e\u{301}LODIE Müller", "elodie muller"),
            ("İstanbul ISPARTA ısı", "istanbul isparta isi"),
            ("Łukasz Sørensen Đorđe", "lukasz sorensen dorde"),
            ("Straße STRASSE ẞ", "strasse strasse ss"),
            ("ΟΔΥΣΣΕΥΣ Οδυσσεύς", "οδυσσευσ οδυσσευσ"),
            ("Ｊｏｈｎ ﬁne Ⅳ", "john fine iv"),
            ("Йосиф", "иосиф"),
            ("李小龍 👩‍👩‍👧", "李小龍 👩‍👩‍👧"),
            ("", ""),
        ] {
            assert_eq!(fold(text), folded, "{text:?}");
        }
    }

    #[test]
    fn what_is_folded_stays_as_it_is() {
        for letter in (0..=0x2FFFF).filter_map(char::from_u32) {
            let folded = fold(&letter.to_string());
            assert_eq!(fold(&folded), folded, "{letter:?}");
        }
    }
}
