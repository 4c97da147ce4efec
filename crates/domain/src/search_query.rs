//! Splits what a person types or pastes into a search field.

use crate::fold;

/// The folded words of a search text; a text or row is found if it contains all of them. Punctuation around names and
/// addresses in lists, such as `Viewer, Victor` or `"Victor Viewer" <viewer@example.com>;`, separates words.
pub fn search_words(text: &str) -> Vec<String> {
    let folded = fold(text);
    let words = folded.split(is_separator).map(|word| match word.strip_prefix("mailto:") {
        Some(address) => address.split('?').next().unwrap_or_default(),
        None => word,
    });
    // The full stop after a pasted address ends a sentence.
    let words = words.map(|word| if word.contains('@') { word.trim_end_matches(['.', ':']) } else { word });
    let is_word = |word: &&str| word.contains(|c| c != '-');
    words.filter(is_word).map(str::to_owned).collect()
}

fn is_separator(c: char) -> bool {
    c.is_whitespace()
        || matches!(c, ',' | ';' | '<' | '>' | '(' | ')' | '[' | ']' | '{' | '}' | '|' | '"')
        || matches!(c, '“' | '”' | '„' | '‟' | '«' | '»' | '‹' | '›' | '،' | '؛' | '、' | '〈'..='】')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pasted_punctuation_is_no_part_of_a_word() {
        for (text, words) in [
            ("  Victor\u{a0}VIEWER ", vec!["victor", "viewer"]),
            ("Viewer, Victor", vec!["viewer", "victor"]),
            ("Victor Viewer <viewer@example.com>", vec!["victor", "viewer", "viewer@example.com"]),
            ("\"Viewer, Victor\" <viewer@example.com>;", vec!["viewer", "victor", "viewer@example.com"]),
            ("“Victor” „Vic” «V» (viewer@example.com)", vec!["victor", "vic", "v", "viewer@example.com"]),
            ("'viewer@example.com',", vec!["viewer@example.com"]),
            ("mailto:Viewer@example.com?subject=Hi", vec!["viewer@example.com"]),
            ("[Victor](mailto:viewer@example.com)", vec!["victor", "viewer@example.com"]),
            ("viewer@example.com; editor@example.com", vec!["viewer@example.com", "editor@example.com"]),
            ("Victor – viewer@example.com.", vec!["victor", "viewer@example.com"]),
            ("李、小龙　《龙》，", vec!["李", "小龙", "龙"]),
            ("علي، رضا", vec!["علي", "رضا"]),
            ("O’Brien Jean\u{2011}Luc", vec!["obrien", "jean-luc"]),
            ("Sales/EMEA R&D c++ v1. 50%", vec!["sales/emea", "r&d", "c++", "v1.", "50%"]),
            ("@", vec!["@"]),
            (" , - \u{200b} ’ ", vec![]),
            ("", vec![]),
        ] {
            assert_eq!(search_words(text), words, "{text:?}");
        }
    }
}
