//! Decides whether two email addresses are the same. Search compares more loosely (module `folding`); a search match
//! does not mean that two addresses belong to the same person.

use unicode_normalization::UnicodeNormalization;

use crate::trim_invisible;

/// The comparison key of an address: two addresses are the same if their keys are equal. The key ignores case,
/// invisible characters at the ends, and whether an accented letter is one code point or two (NFC). Everything else
/// counts: accents, letters that only look alike, and `ß` versus `ss`.
///
/// A server may distinguish addresses that have the same key. If several rows of a team have the same key, the key
/// does not tell which row an address means.
pub fn address_key(address: &str) -> String {
    let address = trim_invisible(address);
    if address.is_ascii() {
        return address.to_ascii_lowercase();
    }
    let composed: String = address.nfc().collect();
    // Lowercasing can decompose a letter again.
    composed.to_lowercase().nfc().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_and_invisible_differences_are_ignored() {
        for (one, other) in [
            ("Owner@Example.COM", "owner@example.com"),
            ("\u{feff} owner@example.com\u{200b}", "owner@example.com"),
            ("\u{202a}owner@example.com\u{202c}", "owner@example.com"),
            ("\u{ad}owner@example.com\t", "owner@example.com"),
            ("JOSÉ@example.com", "josé@example.com"),
            ("jose\u{301}@example.com", "jos\u{e9}@example.com"),
            ("JOSE\u{301}@example.com", "jos\u{e9}@example.com"),
            ("STRA\u{1e9e}E@example.com", "straße@example.com"),
            ("ΝΙΚΟΣ@example.com", "νικος@example.com"),
            ("\u{130}pek@example.com", "i\u{307}pek@example.com"),
            ("\u{212b}sa@example.com", "åsa@example.com"),
        ] {
            assert_eq!(address_key(one), address_key(other), "{one:?} {other:?}");
        }
    }

    #[test]
    fn all_other_differences_count() {
        for (one, other) in [
            ("josé@example.com", "jose@example.com"),
            ("straße@example.com", "strasse@example.com"),
            ("\u{130}pek@example.com", "ipek@example.com"),
            ("\u{131}pek@example.com", "ipek@example.com"),
            ("søren@example.com", "soren@example.com"),
            ("ｏｗｎｅｒ@example.com", "owner@example.com"),
            ("o\u{fb01}@example.com", "ofi@example.com"),
            ("ow\u{200b}ner@example.com", "owner@example.com"),
            ("owner@example.com", "owner@exаmple.com"),
            ("a b@example.com", "ab@example.com"),
            ("", "owner@example.com"),
        ] {
            assert_ne!(address_key(one), address_key(other), "{one:?} {other:?}");
        }
    }

    #[test]
    fn computing_the_key_of_a_key_changes_nothing() {
        for letter in (0..=0x2FFFF).filter_map(char::from_u32) {
            let key = address_key(&format!("a{letter}@example.com"));
            assert_eq!(address_key(&key), key, "{letter:?}");
        }
    }
}
