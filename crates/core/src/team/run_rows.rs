//! Reads the rows of a running batch before they are changed. Rows on the same page of the team are read together,
//! because the service limits the number of requests.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use lapel_domain::Collaborator;
use lapel_store::SeenOn;

use super::failures::team_failure;
use super::page_size::fetch_page;
use super::row_key::RowKey;
use super::service::TeamService;
use crate::kernel::error::Failure;
use crate::kernel::session::Session;
use crate::views::ChangeKind;

/// How long a page that was read counts as present. A role that somebody else changes within this time is overwritten.
const MAX_AGE: Duration = Duration::from_secs(30);

/// The same for tags. It is shorter, because a PUT replaces all tags of a row: also those that the batch does not change, if
/// somebody else changes them within this time.
const MAX_AGE_OF_TAGS: Duration = Duration::from_secs(5);

/// How long a page that was read counts as present.
pub(super) fn max_age(kind: ChangeKind) -> Duration {
    if kind == ChangeKind::Tags { MAX_AGE_OF_TAGS } else { MAX_AGE }
}

/// The rows of one page, by id, and when it was requested.
type ReadPage = (SeenOn, Instant, HashMap<String, Collaborator>);

/// Reads the rows of one run.
pub(super) struct RunRows {
    service: Arc<TeamService>,
    session: Session,
    organization: String,
    /// The number of rows of the batch on each page.
    wanted: HashMap<u32, usize>,
    max_age: Duration,
    /// The page that was read last. The run changes its rows page by page.
    page: tokio::sync::Mutex<Option<ReadPage>>,
}

impl RunRows {
    /// `seen` are the pages of the rows to change.
    pub(super) fn new(
        service: Arc<TeamService>,
        session: Session,
        organization: String,
        seen: impl Iterator<Item = SeenOn>,
        max_age: Duration,
    ) -> Self {
        let mut wanted = HashMap::new();
        for seen in seen {
            *wanted.entry(seen.page).or_insert(0) += 1;
        }
        Self { service, session, organization, wanted, max_age, page: tokio::sync::Mutex::default() }
    }

    /// Reads a row.
    ///
    /// Fails with [`Failure::RowGone`] if there is no such row, or if it belongs to somebody else now.
    pub(super) async fn read(&self, key: &RowKey<'_>) -> Result<Collaborator, Failure> {
        // A single row of a page is found by its address with one small request as well.
        let seen = key.seen.filter(|seen| self.wanted.get(&seen.page).is_some_and(|rows| *rows > 1));
        if let Some(seen) = seen
            && let Some(row) = self.read_from_page(seen, key).await?
        {
            return Ok(row);
        }
        self.service.fetch_row(&self.session, &self.organization, key).await
    }

    /// The row on its page, which is read unless it was read just before; none if it is not on this page any more.
    async fn read_from_page(&self, seen: SeenOn, key: &RowKey<'_>) -> Result<Option<Collaborator>, Failure> {
        // Rows of the same page wait here for one request.
        let mut page = self.page.lock().await;
        let is_fresh = |(read, at, _): &&mut ReadPage| read.page == seen.page && at.elapsed() < self.max_age;
        let rows = match page.as_mut().filter(is_fresh) {
            Some((_, _, rows)) => rows,
            None => {
                let requested_at = Instant::now();
                let read = fetch_page(&self.session, &self.organization, seen.page, seen.rows).await;
                let rows = read.map_err(team_failure)?.items.into_iter().map(|row| (row.id.clone(), row)).collect();
                &mut page.insert((seen, requested_at, rows)).2
            }
        };
        // A row is read once. If it has to be changed again, for example after a lost response, it must be read again.
        Ok(rows.remove(key.id).filter(|row| key.matches(row)))
    }
}
