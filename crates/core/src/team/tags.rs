//! The tags to choose from when tags are added.

use std::collections::{BTreeSet, HashMap};

use lapel_domain::fold;

use super::failures::team_failure;
use super::service::TeamService;
use crate::kernel::error::Failure;
use crate::views::{FacetCount, TagSuggestions, TeamQuery};

impl TeamService {
    /// The tags that are in use in the open team, sorted by name. Without an answer of the server, those of the rows on this
    /// computer. With a query, also those of the selected rows that it finds.
    pub(crate) async fn tags(&self, selected: Option<&TeamQuery>) -> Result<TagSuggestions, Failure> {
        let selected = selected.map_or(Ok(Vec::new()), |query| self.selected_tags(query))?;
        let (tags, from_cache) = match self.listed_tags().await {
            Ok(tags) => (tags, false),
            Err(error) => {
                tracing::debug!(%error, "the server's list of tags could not be read");
                (self.cached_tags()?, true)
            }
        };
        let mut tags: Vec<String> = tags.into_iter().collect();
        tags.sort_by_cached_key(|tag| (fold(tag), tag.clone()));
        Ok(TagSuggestions { tags, from_cache, selected })
    }

    fn selected_tags(&self, query: &TeamQuery) -> Result<Vec<FacetCount>, Failure> {
        self.team.read(|team| {
            let mut counts: HashMap<&str, usize> = HashMap::new();
            let rows = team.roster.selected_entries(query);
            rows.iter().flat_map(|entry| &entry.row.tags).for_each(|tag| *counts.entry(tag).or_default() += 1);
            let counts = counts.into_iter().map(|(tag, count)| FacetCount { value: tag.to_owned(), count });
            let mut counts: Vec<FacetCount> = counts.collect();
            counts.sort_by_cached_key(|FacetCount { value, .. }| (fold(value), value.clone()));
            Ok(counts)
        })
    }

    async fn listed_tags(&self) -> Result<BTreeSet<String>, Failure> {
        let (session, organization) = self.state.read().team_session()?;
        let connection = session.connection.clone();
        let read = async move { connection.tags(&organization).await.map_err(team_failure) };
        let read = self.tasks.run_in_session(read).await;
        self.state.expire_if_signed_out(&session, &read);
        Ok(read?.into_iter().collect())
    }

    fn cached_tags(&self) -> Result<BTreeSet<String>, Failure> {
        self.team.read(|team| Ok(team.roster.entries().flat_map(|entry| entry.row.tags.iter().cloned()).collect()))
    }
}
