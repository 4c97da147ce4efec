//! What stands in the place of a picture.

use unicode_segmentation::UnicodeSegmentation;

/// The first grapheme of the first and of the last word of a name, in upper case where the script has one; a single one
/// for a single word, `?` for none.
pub fn initials(name: &str) -> String {
    let firsts: Vec<&str> = name
        .split_whitespace()
        // An address or a bracketed note is no word of the name.
        .filter_map(|word| word.graphemes(true).find(|grapheme| grapheme.chars().any(|c| !c.is_ascii_punctuation())))
        .collect();
    match firsts.as_slice() {
        [] => "?".to_owned(),
        [only] => only.to_uppercase(),
        [first, .., last] => format!("{}{}", first.to_uppercase(), last.to_uppercase()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_whole_graphemes_of_any_script() {
        for (name, expected) in [
            ("John Doe", "JD"),
            ("ana maría lópez", "AL"),
            ("Cher", "C"),
            ("李 小龍", "李小"),
            ("नीता शर्मा", "नीश"),
            ("👩‍👩‍👧 Familie", "👩‍👩‍👧F"),
            ("e\u{301}lodie", "E\u{301}"),
            ("(Bob) \"Builder\"", "BB"),
            ("owner@example.com", "O"),
            ("", "?"),
            (" - ", "?"),
        ] {
            assert_eq!(initials(name), expected, "{name:?}");
        }
    }
}
