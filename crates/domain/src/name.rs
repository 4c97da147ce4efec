//! What a name may be: trimmed, any script, no control characters; the first name 1 to 128 characters, the last up to
//! 128. A character is a Unicode scalar value, as the contract's `maxLength` counts. A valid name is in Unicode NFC, so
//! that one name is always sent in one spelling, whatever the keyboard or the clipboard made of it.

use unicode_normalization::UnicodeNormalization;

use crate::invisible::{is_invisible, turns_direction};

/// Longest first or last name, in characters.
const LONGEST: usize = 128;

/// Why a name is not valid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// A first name has at least one character.
    #[error("the name is empty")]
    Empty,
    /// At most 128 characters.
    #[error("the name is longer than {LONGEST} characters")]
    TooLong,
    /// Line breaks, tabs and the like, and what turns the direction of all text after it.
    #[error("the name contains a control character")]
    ControlCharacter,
}

/// The first name, trimmed and in NFC.
///
/// # Errors
/// Where it is empty, too long, or has control characters inside.
pub fn parse_first_name(typed: &str) -> Result<String, NameError> {
    let name = parse_last_name(typed)?;
    // Marks between visible characters make no name alone.
    if name.chars().all(is_invisible) { Err(NameError::Empty) } else { Ok(name) }
}

/// The last name, trimmed and in NFC; may be empty.
///
/// # Errors
/// Where it is too long or has control characters inside.
pub fn parse_last_name(typed: &str) -> Result<String, NameError> {
    let name: String = typed.trim_matches(is_space).nfc().collect();
    if name.chars().any(|c| c.is_control() || turns_direction(c)) {
        return Err(NameError::ControlCharacter);
    }
    if name.chars().count() > LONGEST {
        return Err(NameError::TooLong);
    }
    Ok(name)
}

/// White space. The contract's patterns count U+FEFF as such, Rust does not.
pub(crate) fn is_space(c: char) -> bool {
    c.is_whitespace() || c == '\u{feff}'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_can_be_seen_and_leaves_the_direction_of_text_alone() {
        assert_eq!(parse_first_name("\u{200b}\u{2060}"), Err(NameError::Empty));
        assert_eq!(parse_last_name("a\u{202e}bcd"), Err(NameError::ControlCharacter));
        // Persian joins and parts its letters with one that has no width.
        assert_eq!(parse_first_name("علی\u{200c}رضا").as_deref(), Ok("علی\u{200c}رضا"));
    }

    #[test]
    fn trims_and_keeps_any_script() {
        for name in ["Zoë", "李小龍", "محمد", "👩‍👩‍👧", "O’Connor-Smith Jr."] {
            assert_eq!(parse_first_name(&format!("  \u{feff}{name}\u{a0}\n")).as_deref(), Ok(name));
        }
    }

    #[test]
    fn one_name_has_one_spelling() {
        assert_eq!(parse_first_name(" Jose\u{301} ").as_deref(), Ok("José"));
        assert_eq!(parse_last_name("\u{212b}ngstro\u{308}m").as_deref(), Ok("Ångström"));
        assert!(parse_first_name(&"e\u{301}".repeat(128)).is_ok(), "what is sent is what is counted");
    }

    #[test]
    fn counts_characters_not_bytes() {
        assert!(parse_first_name(&"字".repeat(128)).is_ok());
        assert_eq!(parse_first_name(&"字".repeat(129)), Err(NameError::TooLong));
        assert_eq!(parse_last_name(&"a".repeat(129)), Err(NameError::TooLong));
    }

    #[test]
    fn only_the_last_name_may_be_empty() {
        assert_eq!(parse_first_name(" \t "), Err(NameError::Empty));
        assert_eq!(parse_last_name("   ").as_deref(), Ok(""));
    }

    #[test]
    fn refuses_control_characters_inside() {
        for bad in ["a\nb", "a\tb", "a\u{0}b", "a\u{85}b", "a\u{7f}b"] {
            assert_eq!(parse_last_name(bad), Err(NameError::ControlCharacter), "{bad:?}");
        }
    }
}
