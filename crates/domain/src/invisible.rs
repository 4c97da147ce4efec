//! Characters that nobody sees: white space, control characters, zero-width marks, fillers and marks of direction. They
//! come along when text is copied from a page or a mail.

use icu_properties::CodePointSetData;
use icu_properties::props::DefaultIgnorableCodePoint;

/// Whether a character shows nothing.
pub(crate) fn is_invisible(c: char) -> bool {
    // The marks between a text and its annotation are of no other such set.
    let annotates = matches!(c, '\u{fff9}'..='\u{fffb}');
    c.is_whitespace() || c.is_control() || annotates || CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(c)
}

/// A text without invisible characters at its ends. Those inside stay: there they may matter.
pub fn trim_invisible(text: &str) -> &str {
    text.trim_matches(is_invisible)
}

/// Embeddings, overrides and isolates (UAX 9): they serve only to make a text read as another.
pub fn turns_direction(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_sees_is_taken_off_the_ends_only() {
        for invisible in [
            " ",
            "\t",
            "\r\n",
            "\u{0}",
            "\u{a0}",
            "\u{ad}",
            "\u{34f}",
            "\u{61c}",
            "\u{115f}",
            "\u{180e}",
            "\u{200b}",
            "\u{200d}",
            "\u{200e}",
            "\u{202a}",
            "\u{202c}",
            "\u{2028}",
            "\u{2060}",
            "\u{2069}",
            "\u{3000}",
            "\u{3164}",
            "\u{fe0f}",
            "\u{feff}",
            "\u{ffa0}",
            "\u{fffa}",
            "\u{e0041}",
        ] {
            let text = format!("{invisible}{invisible}a{invisible}b{invisible}");
            assert_eq!(trim_invisible(&text), format!("a{invisible}b"), "{invisible:?}");
        }
        assert_eq!(trim_invisible("\u{202a}\u{202c} \u{feff}"), "");
    }

    #[test]
    fn what_can_be_seen_stays() {
        for text in ["a", "é", "e\u{301}", ".", "\"", "'", "字", "👩‍👩‍👧", "İ", "ي"] {
            assert_eq!(trim_invisible(text), text);
        }
    }
}
