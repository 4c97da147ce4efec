//! What pasting brings along around an address, a token or an email: white space and characters that nobody sees. Which
//! of them a name may hold inside is decided in `name`.

use icu_properties::CodePointSetData;
use icu_properties::props::DefaultIgnorableCodePoint;

/// The text without white space and invisible characters at its ends.
pub fn trim_invisible(text: &str) -> &str {
    text.trim_matches(is_invisible)
}

/// White space, line breaks, marks without width, fillers, tags, and marks of direction.
pub(crate) fn is_invisible(c: char) -> bool {
    c.is_whitespace()
        || c.is_control()
        || CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(c)
        || matches!(c, '\u{fff9}'..='\u{fffb}')
}

/// Embeddings, overrides and isolates (UAX 9): they serve only to make a text read as another.
pub fn turns_direction(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_seen_goes_from_the_ends_alone() {
        for around in ["", " ", "\r\n\t", "\u{200b}", "\u{feff}", "\u{202a}\u{2068}", "\u{ad}\u{a0}", "\u{0}"] {
            assert_eq!(trim_invisible(&format!("{around}a \u{200c}b{around}")), "a \u{200c}b", "{around:?}");
            assert_eq!(trim_invisible(around), "");
        }
        for around in ['\u{34f}', '\u{61c}', '\u{115f}', '\u{180e}', '\u{2028}', '\u{3000}', '\u{3164}', '\u{fe0f}'] {
            assert_eq!(trim_invisible(&format!("{around}a")), "a", "{around:?}");
        }
        for around in ['\u{ffa0}', '\u{fffa}', '\u{1d173}', '\u{e0041}'] {
            assert_eq!(trim_invisible(&format!("a{around}")), "a", "{around:?}");
        }
    }

    #[test]
    fn what_can_be_seen_stays() {
        for text in ["a", "é", "e\u{301}", ".", "\"", "'", "字", "👩‍👩‍👧", "İ", "ي"] {
            assert_eq!(trim_invisible(text), text);
        }
    }
}
