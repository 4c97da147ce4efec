//! Finding people by a few letters, for the search of the whole window. The list of the team page keeps its search, its
//! order and its selection.

use lapel_domain::search_words;

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
            let found = team.roster.best_matches(&words, MAX_PEOPLE);
            Ok(FoundPeople {
                people: found.iter().map(|entry| context.row(entry, false, &words)).collect(),
                total: team.roster.len(),
                partial: team_partial(team.is_partial(), team.roster.len(), team.expected),
            })
        })
    }
}
