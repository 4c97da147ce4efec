//! Answers that overtake each other: only the one to the latest question counts. What is asked is not known here.

use std::sync::atomic::{AtomicU64, Ordering};

/// Questions asked so far, and the latest whose answer was taken.
#[derive(Default)]
pub(crate) struct Newest {
    asked: AtomicU64,
    taken: AtomicU64,
}

impl Newest {
    /// The turn of a question that is about to be asked.
    pub(crate) fn ask(&self) -> u64 {
        self.asked.fetch_add(1, Ordering::AcqRel) + 1
    }

    /// Whether the answer of this turn is to be taken: none that was asked for later was.
    pub(crate) fn take(&self, turn: u64) -> bool {
        self.taken.fetch_max(turn, Ordering::AcqRel) < turn
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_that_was_overtaken_is_not_taken() {
        let newest = Newest::default();
        let (first, second, third) = (newest.ask(), newest.ask(), newest.ask());
        assert!(newest.take(second));
        assert!(!newest.take(first), "the page would go back");
        assert!(newest.take(third));
        assert!(!newest.take(third));
    }
}
