//! Folds text for search: without case and accents.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// The text in lower case without accents and other marks: `Ñandú` becomes `nandu`. Compatibility forms are unified
/// (NFKD), and letters that Unicode does not decompose (`ø`, `ł`) become the letters people type instead.
pub fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let mut folded = String::with_capacity(text.len());
    let letters = text.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase);
    letters.for_each(|letter| match replacement_for(letter) {
        Some(replacement) => folded.push_str(replacement),
        None => folded.push(letter),
    });
    folded
}

/// What people type instead of a letter that has no Unicode decomposition.
fn replacement_for(letter: char) -> Option<&'static str> {
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

/// The ranges of a text that match one of the folded words, as start and end in UTF-16 code units, sorted and without
/// overlap. A character that folds to nothing, such as a combining accent, belongs to the letter before it.
pub fn marks(text: &str, words: &[&str]) -> Vec<(u32, u32)> {
    let mut folded = String::with_capacity(text.len());
    // For each byte of the folded text: start and end of the source letter.
    let mut source_ranges: Vec<(u32, u32)> = Vec::with_capacity(text.len());
    let mut at = 0;
    for letter in text.chars() {
        let end = at + u32::from(letter.len_utf16() == 2) + 1;
        let length_before = folded.len();
        folded.push_str(&fold(letter.encode_utf8(&mut [0; 4])));
        if folded.len() == length_before {
            let last = source_ranges.last().copied();
            source_ranges.iter_mut().rev().take_while(|range| Some(**range) == last).for_each(|range| range.1 = end);
        }
        source_ranges.resize(folded.len(), (at, end));
        at = end;
    }
    let found = words.iter().filter(|word| !word.is_empty()).flat_map(|word| {
        folded.match_indices(word).filter_map(|(start, word)| {
            Some((source_ranges.get(start)?.0, source_ranges.get(start + word.len() - 1)?.1))
        })
    });
    let mut found: Vec<(u32, u32)> = found.collect();
    found.sort_unstable();
    found.dedup_by(|next, previous| {
        let overlaps = next.0 <= previous.1;
        if overlaps {
            previous.1 = previous.1.max(next.1);
        }
        overlaps
    });
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn match_ranges_refer_to_the_original_text() {
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
    fn folding_ignores_case_accents_and_compatibility_forms() {
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
    fn folding_twice_changes_nothing() {
        for letter in (0..=0x2FFFF).filter_map(char::from_u32) {
            let folded = fold(&letter.to_string());
            assert_eq!(fold(&folded), folded, "{letter:?}");
        }
    }
}
