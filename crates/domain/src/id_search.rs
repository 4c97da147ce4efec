//! Which words of a search mean an id. Ids are long and random, so that a short word matches the middle of many of them
//! by chance.

use crate::{fold, marks};

/// A word with fewer characters means an id only if it is the whole id.
const MIN_LENGTH: usize = 12;

/// Whether a folded word of a search means this id: it is the whole id, or a part with at least 12 characters.
pub fn matches_id(folded_id: &str, word: &str) -> bool {
    folded_id == word || (word.chars().count() >= MIN_LENGTH && folded_id.contains(word))
}

/// The parts of an id that the folded words mean, as [`marks`] returns them.
pub fn id_marks(id: &str, words: &[&str]) -> Vec<(u32, u32)> {
    marks(id, &words_for(id, words))
}

/// Those of the folded words that mean this id.
pub(crate) fn words_for<'a>(id: &str, words: &[&'a str]) -> Vec<&'a str> {
    let folded_id = fold(id);
    words.iter().copied().filter(|word| matches_id(&folded_id, word)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_whole_id_or_a_long_part_of_it_means_the_id() {
        const ID: &str = "65F0a1c000000000000c0001";
        for (id, word, expected) in [
            (ID, "65f0a1c000000000000c0001", vec![(0, 24)]),
            (ID, "65f0a1c00000", vec![(0, 12)]),
            (ID, "000000000c0001", vec![(10, 24)]),
            (ID, "65f0a1c0000", vec![]),
            (ID, "00001", vec![]),
            (ID, "65", vec![]),
            (ID, "75f0a1c000000000000c0001", vec![]),
            ("c1", "c1", vec![(0, 2)]),
            ("c1", "c", vec![]),
            ("", "c", vec![]),
        ] {
            assert_eq!(id_marks(id, &[word]), expected, "{word} in {id}");
            assert_eq!(matches_id(&fold(id), word), !expected.is_empty(), "{word} in {id}");
        }
    }
}
