//! The names of exported files.

use unicode_normalization::UnicodeNormalization;

/// The maximum length, in characters. With four bytes for each and a date, it is below the 255 bytes that most systems allow.
const MAX_LENGTH: usize = 56;

/// Turns a text into a file name that every system accepts: the letters and digits of all scripts, with hyphens between the
/// words.
pub fn file_name(text: &str) -> String {
    let letters: String = text.to_lowercase().nfc().filter(|letter| !matches!(letter, '\'' | '’')).collect();
    let words = letters.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty());
    let name: String = words.collect::<Vec<_>>().join("-").chars().take(MAX_LENGTH).collect();
    name.trim_end_matches('-').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_only_letters_and_digits_of_any_script() {
        for (text, name) in [
            ("Lapel: Ana's “data”", "lapel-anas-data"),
            ("Lapel e\u{301}quipe Acme & Co.", "lapel-équipe-acme-co"),
            ("lapel История изменений", "lapel-история-изменений"),
            ("lapel 团队 ../../etc/passwd", "lapel-团队-etc-passwd"),
            ("CON.txt\0", "con-txt"),
        ] {
            assert_eq!(file_name(text), name);
        }
        assert!(file_name(&"团队 ".repeat(100)).len() < 200);
    }
}
