//! What a person looks for in the history of role changes.

use std::collections::HashMap;

use lapel_domain::{fold, search_words};

/// A search of the history. It finds a change if the name, the email address, one of the roles or the organization
/// contains all words. Without words, it finds all changes.
#[derive(Clone, Debug)]
pub struct HistorySearch {
    words: Vec<String>,
    /// Whether the name of an organization contains all words, by its id.
    organizations: HashMap<String, bool>,
}

impl HistorySearch {
    /// Searches for the words of `text`. `names` are the names of the organizations by id; an organization without a name
    /// is found by its id, because the history shows that.
    pub fn new(text: &str, names: &HashMap<String, String>) -> Self {
        let mut search = Self { words: search_words(text), organizations: HashMap::new() };
        search.organizations = names.iter().map(|(id, name)| (id.clone(), search.is_in(name))).collect();
        search
    }

    /// Whether all changes in this organization are found.
    pub(crate) fn finds_organization(&self, id: &str) -> bool {
        self.words.is_empty() || self.organizations.get(id).copied().unwrap_or_else(|| self.is_in(id))
    }

    /// Whether one of the texts contains all words.
    pub(crate) fn finds_text(&self, texts: [&str; 4]) -> bool {
        texts.into_iter().any(|text| self.is_in(text))
    }

    fn is_in(&self, text: &str) -> bool {
        let folded = fold(text);
        self.words.iter().all(|word| folded.contains(word))
    }
}
