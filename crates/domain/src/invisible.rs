//! Invisible characters: white space, control characters, zero-width characters, fillers and direction marks. They
//! are often copied along with text from a web page or an email.

use icu_properties::CodePointSetData;
use icu_properties::props::DefaultIgnorableCodePoint;

pub(crate) fn is_invisible(c: char) -> bool {
    // The interlinear annotation characters are in none of the other sets.
    let is_annotation = matches!(c, '\u{fff9}'..='\u{fffb}');
    c.is_whitespace()
        || c.is_control()
        || is_annotation
        || CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(c)
}

/// The text without invisible characters at its ends. Inside the text they may have a meaning, so they stay.
pub fn trim_invisible(text: &str) -> &str {
    text.trim_matches(is_invisible)
}

/// Whether a character is a bidirectional embedding, override or isolate (UAX 9). These can make a text look like a
/// different text.
pub fn is_bidi_control(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn invisible_characters_are_removed_at_the_ends_only() {
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
    fn visible_characters_stay() {
        for text in ["a", "é", "e\u{301}", ".", "\"", "'", "字", "👩‍👩‍👧", "İ", "ي"] {
            assert_eq!(trim_invisible(text), text);
        }
    }
}
