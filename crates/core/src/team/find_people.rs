//! Finding people by a few letters, for the search of the whole window. The list of the team page keeps its search, its
//! order and its selection.

use std::sync::Arc;

use lapel_domain::search_words;

use super::entry::Entry;
use super::roster::Roster;
use super::service::TeamService;
use super::window::RowContext;
use crate::kernel::error::Failure;
use crate::views::FoundPeople;
use crate::views::team_view::team_partial;

/// The number of people that are shown at most.
const MAX_PEOPLE: usize = 8;

impl TeamService {
    /// The people of the open team that a search finds, the best matches first. Without an open team, searches the one
    /// that is stored on this computer. Needs no connection.
    pub(crate) async fn find_people(&self, search: &str) -> Result<FoundPeople, Failure> {
        let account = self.state.read().active_account()?;
        let is_loaded = || self.team.read(|team| Ok(team.loaded)).unwrap_or_default();
        if !is_loaded() && self.has_cached_team(account.id).await? {
            self.load(&account, None).await?;
        }
        if !is_loaded() {
            return Ok(FoundPeople::default());
        }
        let (person, pictures) = (&*account.user_id, &*self.addresses);
        let context = RowContext { account: account.id, person, pictures, caller: None };
        let words = search_words(search);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        self.team.read(|team| {
            let found = team.roster.best_matches(&words);
            Ok(FoundPeople {
                people: found.iter().map(|entry| context.row(entry, false, &words)).collect(),
                total: team.roster.len(),
                partial: team_partial(team.is_partial(), team.roster.len(), team.expected),
            })
        })
    }
}

/// How well a row matches, the best first.
#[derive(Clone, Copy)]
enum Match {
    /// The name begins with the search.
    Beginning,
    /// Each word begins a part of the name.
    Words,
    /// The words are found elsewhere, as in the address.
    Other,
}

impl Roster {
    /// The rows that contain all words, the best matches first; none without words.
    fn best_matches(&mut self, words: &[&str]) -> Vec<Arc<Entry>> {
        let mut groups: [Vec<Arc<Entry>>; 3] = Default::default();
        if words.is_empty() {
            return Vec::new();
        }
        let search = words.join(" ");
        for entry in self.matching_entries(words) {
            let group = &mut groups[quality(entry, &search, words) as usize];
            if group.len() < MAX_PEOPLE {
                group.push(Arc::clone(entry));
            }
            if groups[Match::Beginning as usize].len() == MAX_PEOPLE {
                break;
            }
        }
        groups.into_iter().flatten().take(MAX_PEOPLE).collect()
    }
}

fn quality(entry: &Entry, search: &str, words: &[&str]) -> Match {
    let name = entry.search_text.lines().next().unwrap_or_default();
    let begins_a_part = |word: &&str| name.split(' ').any(|part| part.starts_with(*word));
    match name.starts_with(search) {
        true => Match::Beginning,
        false if words.iter().all(begins_a_part) => Match::Words,
        false => Match::Other,
    }
}
