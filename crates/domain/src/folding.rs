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

/// Places of a text where one of the folded words is found, as pairs of start and end in UTF-16 units, in order and
/// without overlap. What folds to nothing, such as an accent of its own, belongs to the letter before it.
pub fn marks(text: &str, words: &[&str]) -> Vec<(u32, u32)> {
    let mut folded = String::with_capacity(text.len());
    // For each byte of the folded text, where the letter that it comes from starts and ends.
    let mut places: Vec<(u32, u32)> = Vec::with_capacity(text.len());
    let mut at = 0;
    for letter in text.chars() {
        let end = at + u32::from(letter.len_utf16() == 2) + 1;
        let before = folded.len();
        folded.push_str(&fold(letter.encode_utf8(&mut [0; 4])));
        if folded.len() == before {
            let last = places.last().copied();
            places.iter_mut().rev().take_while(|place| Some(**place) == last).for_each(|place| place.1 = end);
        }
        places.resize(folded.len(), (at, end));
        at = end;
    }
    let found = words.iter().filter(|word| !word.is_empty()).flat_map(|word| {
        folded
            .match_indices(word)
            .filter_map(|(start, word)| Some((places.get(start)?.0, places.get(start + word.len() - 1)?.1)))
    });
    let mut found: Vec<(u32, u32)> = found.collect();
    found.sort_unstable();
    found.dedup_by(|next, kept| {
        let overlaps = next.0 <= kept.1;
        if overlaps {
            kept.1 = kept.1.max(next.1);
        }
        overlaps
    });
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_places_in_the_text_as_it_is_written() {
        for (text, words, expected) in [
            ("Edith Editor", vec!["edit"], vec![(0, 4), (6, 10)]),
            ("Zoë Ñúñez", vec!["oe", "nune"], vec![(1, 3), (4, 8)]),
            ("e\u{301}lodie", vec!["e"], vec![(0, 2), (6, 7)]),
            ("Straße", vec!["ss"], vec![(4, 5)]),
            ("Straße", vec!["s"], vec![(0, 1), (4, 5)]),
            ("👩 Anna", vec!["anna"], vec![(3, 7)]),
            ("banana", vec!["ana", "nan"], vec![(1, 5)]),
            ("abc", vec!["", "x"], vec![]),
            ("", vec!["a"], vec![]),
        ] {
            assert_eq!(marks(text, &words), expected, "{text:?} {words:?}");
        }
    }

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
