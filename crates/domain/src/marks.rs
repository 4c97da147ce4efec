//! The parts of a text that a search has found, to be highlighted.

use unicode_segmentation::UnicodeSegmentation;

use crate::folding::fold_into;

/// The ranges of a text that match one of the folded words, as start and end in UTF-16 code units, sorted and without
/// overlap. They contain whole graphemes. A character that folds to nothing, such as an apostrophe, belongs to the one
/// before it.
pub fn marks(text: &str, words: &[&str]) -> Vec<(u32, u32)> {
    let mut folded = FoldedText::default();
    folded.push(text, 0);
    merged(folded.matches(words).collect())
}

/// A folded text that knows where each letter comes from.
#[derive(Default)]
pub(crate) struct FoldedText {
    text: String,
    /// For each byte of the text: start and end of its source, in UTF-16 code units.
    sources: Vec<(u32, u32)>,
}

impl FoldedText {
    /// Appends a text that begins at an index of the source.
    pub(crate) fn push(&mut self, text: &str, mut at: u32) {
        for grapheme in text.graphemes(true) {
            let end = at + utf16_length(grapheme);
            let length_before = self.text.len();
            fold_into(&mut self.text, grapheme);
            if self.text.len() == length_before {
                let last = self.sources.last().copied();
                let same = self.sources.iter_mut().rev().take_while(|range| Some(**range) == last);
                same.filter(|range| range.1 == at).for_each(|range| range.1 = end);
            }
            self.sources.resize(self.text.len(), (at, end));
            at = end;
        }
    }

    pub(crate) fn remove_spaces(&mut self) {
        let mut is_kept = self.text.chars().flat_map(|c| std::iter::repeat_n(!c.is_whitespace(), c.len_utf8()));
        self.sources.retain(|_| is_kept.next() != Some(false));
        self.text.retain(|c| !c.is_whitespace());
    }

    /// The source of each byte that matches one of the folded words.
    pub(crate) fn matches<'a>(&'a self, words: &'a [&str]) -> impl Iterator<Item = (u32, u32)> + 'a {
        let found = words.iter().filter(|word| !word.is_empty()).flat_map(|word| self.text.match_indices(word));
        found.flat_map(|(start, word)| &self.sources[start..start + word.len()]).copied()
    }
}

/// The length in UTF-16 code units.
pub(crate) fn utf16_length(text: &str) -> u32 {
    text.chars().map(|c| if c.len_utf16() == 2 { 2 } else { 1 }).sum()
}

/// Sorts ranges, and joins those that overlap or touch each other.
pub(crate) fn merged(mut ranges: Vec<(u32, u32)>) -> Vec<(u32, u32)> {
    ranges.sort_unstable();
    ranges.dedup_by(|next, previous| {
        let touches = next.0 <= previous.1;
        if touches {
            previous.1 = previous.1.max(next.1);
        }
        touches
    });
    ranges
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn match_ranges_refer_to_the_original_text() {
        for (text, words, expected) in [
            ("Edith Editor", vec!["edit"], vec![(0, 4), (6, 10)]),
            ("Zoë Ñúñez", vec!["oe", "nune"], vec![(1, 3), (4, 8)]),
            ("e\u{301}lodie", vec!["e"], vec![(0, 2), (6, 7)]),
            ("Straße", vec!["ss"], vec![(4, 5)]),
            ("Mrs O’Brien", vec!["obrien"], vec![(4, 11)]),
            ("Jean\u{2011}Luc", vec!["jean-luc"], vec![(0, 8)]),
            ("\u{feff}Zo\u{ad}\u{200d}e\u{301}", vec!["zo"], vec![(1, 5)]),
            ("علی\u{200c}رضا", vec!["عليرضا"], vec![(0, 7)]),
            ("👩‍👩‍👧 Anna", vec!["👩"], vec![(0, 8)]),
            ("기김", vec!["\u{1100}\u{1175}"], vec![(0, 2)]),
            ("Straße", vec!["s"], vec![(0, 1), (4, 5)]),
            ("👩 Anna", vec!["anna"], vec![(3, 7)]),
            ("banana", vec!["ana", "nan"], vec![(1, 5)]),
            ("abc", vec!["", "x"], vec![]),
            ("", vec!["a"], vec![]),
        ] {
            assert_eq!(marks(text, &words), expected, "{text:?} {words:?}");
        }
    }
}
