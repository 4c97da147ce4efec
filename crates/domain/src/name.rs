//! Validates names: trimmed, any script, no control characters. A first name has 1 to 128 characters, a last name at
//! most 128. Characters are Unicode scalar values, like those of `maxLength` in tests/contract/openapi.yaml. Valid
//! names are in Unicode NFC, so that a name is sent the same way regardless of the keyboard or clipboard that it came
//! from.

use unicode_normalization::UnicodeNormalization;

use crate::invisible::{is_bidi_control, is_invisible};

/// The maximum length of a first or last name, in characters.
pub const MAX_NAME_LENGTH: usize = 128;

/// Why a name is not valid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// A first name needs at least one visible character.
    #[error("the name is empty")]
    Empty,
    /// More than 128 characters.
    #[error("the name is longer than {MAX_NAME_LENGTH} characters")]
    TooLong,
    /// A line break, tab or other control character, or a character that changes the direction of text.
    #[error("the name contains a control character")]
    ControlCharacter,
}

/// Validates a first name and returns it trimmed and in NFC.
pub fn parse_first_name(typed: &str) -> Result<String, NameError> {
    let name = parse_last_name(typed)?;
    // Invisible characters are allowed inside a name, but a name of nothing else is empty.
    if name.chars().all(is_invisible) { Err(NameError::Empty) } else { Ok(name) }
}

/// Validates a last name, which may be empty, and returns it trimmed and in NFC.
pub fn parse_last_name(typed: &str) -> Result<String, NameError> {
    let name: String = typed.trim_matches(is_space).nfc().collect();
    if name.chars().any(|c| c.is_control() || is_bidi_control(c)) {
        return Err(NameError::ControlCharacter);
    }
    if name.chars().count() > MAX_NAME_LENGTH {
        return Err(NameError::TooLong);
    }
    Ok(name)
}

/// White space as in the patterns of tests/contract/openapi.yaml. They include U+FEFF; `char::is_whitespace` does not.
pub(crate) fn is_space(c: char) -> bool {
    c.is_whitespace() || c == '\u{feff}'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_must_be_visible_and_must_not_change_the_text_direction() {
        assert_eq!(parse_first_name("\u{200b}\u{2060}"), Err(NameError::Empty));
        assert_eq!(parse_last_name("a\u{202e}bcd"), Err(NameError::ControlCharacter));
        // Persian words contain the zero-width non-joiner.
        assert_eq!(parse_first_name("علی\u{200c}رضا").as_deref(), Ok("علی\u{200c}رضا"));
    }

    #[test]
    fn trims_and_accepts_any_script() {
        for name in ["Zoë", "李小龍", "محمد", "👩‍👩‍👧", "O’Connor-Smith Jr."] {
            assert_eq!(parse_first_name(&format!("  \u{feff}{name}\u{a0}\n")).as_deref(), Ok(name));
        }
    }

    #[test]
    fn names_are_normalized_to_nfc() {
        assert_eq!(parse_first_name(" Jose\u{301} ").as_deref(), Ok("José"));
        assert_eq!(parse_last_name("\u{212b}ngstro\u{308}m").as_deref(), Ok("Ångström"));
        assert!(parse_first_name(&"e\u{301}".repeat(128)).is_ok(), "the length is counted after normalization");
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
    fn rejects_control_characters_inside() {
        for bad in ["a\nb", "a\tb", "a\u{0}b", "a\u{85}b", "a\u{7f}b"] {
            assert_eq!(parse_last_name(bad), Err(NameError::ControlCharacter), "{bad:?}");
        }
    }
}
