//! What pasting brings along around an address, a token or an email: white space and characters that nobody sees. Which
//! of them a name may hold inside is decided in `name`.

/// The text without white space and invisible characters at its ends.
pub fn trim_invisible(text: &str) -> &str {
    text.trim_matches(is_invisible)
}

/// White space, line breaks, marks without width, and marks of direction.
pub(crate) fn is_invisible(c: char) -> bool {
    c.is_whitespace()
        || c.is_control()
        || matches!(c, '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}'
        | '\u{feff}' | '\u{ffa0}' | '\u{fff9}'..='\u{fffb}')
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
    }
}
