//! Initials, shown for a person without a picture.

use unicode_segmentation::UnicodeSegmentation;

/// The first grapheme of the first and of the last word of a name, in upper case. A single word gives a single
/// grapheme, an empty name gives `?`.
pub fn initials(name: &str) -> String {
    let first_graphemes: Vec<&str> = name
        .split_whitespace()
        // Skip punctuation such as brackets and quotes in front of a word, and words that are only punctuation.
        .filter_map(|word| word.graphemes(true).find(|grapheme| grapheme.chars().any(|c| !c.is_ascii_punctuation())))
        .collect();
    match first_graphemes.as_slice() {
        [] => "?".to_owned(),
        [only] => only.to_uppercase(),
        [first, .., last] => format!("{}{}", first.to_uppercase(), last.to_uppercase()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uses_whole_graphemes_of_any_script() {
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
