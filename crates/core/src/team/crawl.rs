//! Reading the rows of a team: the user's own row, then page by page, each stored as it arrives. An interrupted crawl
//! continues with the missing pages. The store decides what happens to rows that a crawl did not see.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use lapel_api::{ApiError, ApiErrorKind, Page};
use lapel_domain::Collaborator;
use lapel_store::{RefreshPass, SeenOn, TeamPage, UnseenRow};
use tokio::task::JoinSet;

use super::failures::team_failure;
use super::page_size::{fetch_page, fewer_than_requested};
use super::service::TeamService;
use crate::kernel::backoff::random;
use crate::kernel::deadline::Deadline;
use crate::kernel::error::Failure;
use crate::kernel::error_reasons::Cancellation;
use crate::kernel::session::Session;
use crate::views::TeamProgress;

/// How many requests are sent at the same time.
pub(super) const PARALLEL_REQUESTS: usize = 4;

/// The maximum number of rows of a team.
const MAX_ROWS: u32 = 1_000_000;

/// The maximum number of pages of a team.
const MAX_PAGES: u32 = 10_000;

/// How often a page is requested while the server is busy.
const MAX_TRIES: u32 = 3;

/// The longest wait between two of those requests.
const MAX_WAIT: Duration = Duration::from_secs(60);

/// How often new rows are published to the UI.
const SHOW_INTERVAL: Duration = Duration::from_millis(500);

/// Running requests for pages. Each returns the page and when it was requested, in milliseconds since 1970.
type PageRequests = JoinSet<Result<(Page<Collaborator>, i64), ApiError>>;

/// The result of reading the pages.
enum Pages {
    Complete(RefreshPass),
    /// The server returns at most this many rows per page, fewer than were requested.
    Smaller(u32),
}

/// One crawl through one team.
pub(super) struct Crawl {
    service: Arc<TeamService>,
    session: Session,
    organization: String,
    shown_at: Instant,
}

impl Crawl {
    pub(super) fn new(service: Arc<TeamService>, session: &Session, organization: String) -> Self {
        Self { service, session: session.clone(), organization, shown_at: Instant::now() }
    }

    pub(super) async fn run(mut self) -> Result<(), Failure> {
        self.service.read_own_row(&self.session, &self.organization).await?;
        let mut rows = self.service.page_size(&self.session).await;
        loop {
            match self.read_pages(rows).await? {
                Pages::Complete(pass) => return self.finish(pass).await,
                // Pages of another size have other rows, so the crawl starts again.
                Pages::Smaller(smaller) => {
                    self.service.note_page_size(&self.session, smaller).await;
                    rows = smaller;
                }
            }
        }
    }

    /// Reads the missing pages, with this many rows on each.
    async fn read_pages(&mut self, rows: u32) -> Result<Pages, Failure> {
        let mut pass = self.begin(rows).await?;
        self.show_progress(&pass);
        loop {
            let mut missing = pass.missing().collect::<Vec<u32>>().into_iter();
            let mut requests = PageRequests::new();
            missing.by_ref().take(PARALLEL_REQUESTS).for_each(|page| self.request(&mut requests, page, rows));
            if requests.is_empty() {
                return Ok(Pages::Complete(pass));
            }
            while let Some(response) = requests.join_next().await {
                let (page, requested_at) = match response.map_err(Failure::internal)? {
                    Ok(response) => response,
                    Err(error) => {
                        let smaller = self.service.smaller_page(&self.session, &self.organization, rows, &error).await;
                        return smaller.map(Pages::Smaller).ok_or_else(|| team_failure(error));
                    }
                };
                if let Some(smaller) = fewer_than_requested(&page, rows) {
                    return Ok(Pages::Smaller(smaller));
                }
                // The next page is requested before this one is stored, so that network and disk work at the same time.
                let exists = |page: &u32| pass.pages.is_none_or(|pages| *page <= pages);
                missing.find(exists).into_iter().for_each(|page| self.request(&mut requests, page, rows));
                pass = self.store_page(pass, page, requested_at).await?;
                self.show_progress(&pass);
            }
        }
    }

    async fn begin(&self, rows: u32) -> Result<RefreshPass, Failure> {
        let guard = Arc::clone(&self.service.writes).lock_owned().await;
        let (account, organization) = (self.session.account.id, self.organization.clone());
        let now = self.service.now();
        self.service
            .disk
            .run(move |store| {
                let _guard = guard;
                store.begin_or_resume_pass(account, &organization, rows, now)
            })
            .await
    }

    fn request(&self, requests: &mut PageRequests, page: u32, rows: u32) {
        let (session, organization) = (self.session.clone(), self.organization.clone());
        let (clock, backoff) = (Arc::clone(&self.service.clock), self.service.backoff);
        requests.spawn(async move {
            let mut tries = 0;
            loop {
                let requested_at = clock();
                tries += 1;
                match fetch_page(&session, &organization, page, rows).await {
                    Err(error) if error.kind == ApiErrorKind::Transient && tries < MAX_TRIES => {
                        let wait = error.retry_after.unwrap_or_else(|| backoff.wait(tries, random()));
                        Deadline::after(wait.min(MAX_WAIT), clock()).wait(&clock).await;
                    }
                    // The server may number its pages differently, so the page gets the number that was requested.
                    response => return response.map(|response| (Page { page, ..response }, requested_at)),
                }
            }
        });
    }

    /// Stores a page on the disk and in memory, in one uninterrupted job.
    async fn store_page(
        &mut self,
        pass: RefreshPass,
        page: Page<Collaborator>,
        requested_at: i64,
    ) -> Result<RefreshPass, Failure> {
        let shows = self.shown_at.elapsed() >= SHOW_INTERVAL;
        if shows {
            self.shown_at = Instant::now();
        }
        let guard = Arc::clone(&self.service.writes).lock_owned().await;
        let (service, session) = (Arc::clone(&self.service), self.session.clone());
        let organization = self.organization.clone();
        let stored = self.service.disk.run(move |store| {
            let _guard = guard;
            let max_pages = MAX_ROWS.div_ceil(pass.page_size).min(MAX_PAGES);
            // An empty page is the last one. Some servers count pages that do not exist.
            let is_last = page.items.is_empty() && page.skipped == 0 || page.page >= max_pages;
            let (number, pages) = (page.page, page.total_pages.min(max_pages));
            let has_next = if is_last { Some(false) } else { page.has_next };
            let (total, skipped, rows, asked_at) = (page.total, page.skipped, &page.items, requested_at);
            let stored =
                store.store_page(&pass, &TeamPage { number, pages, has_next, total, rows, skipped, asked_at })?;
            if let Some(stored) = &stored {
                let newer: HashSet<&String> = stored.newer.iter().collect();
                let seen = SeenOn { page: number, rows: pass.page_size };
                service.team.update_for(&session, &organization, |team| {
                    for row in page.items.iter().filter(|row| !newer.contains(&row.id)) {
                        team.roster.put(row.clone(), Some(seen));
                    }
                    if shows {
                        team.shown_version = team.roster.version();
                    }
                });
            }
            Ok(stored)
        });
        Ok(stored.await?.map(|stored| stored.pass).ok_or(Cancellation::Refresh)?)
    }

    fn show_progress(&self, pass: &RefreshPass) {
        let progress = TeamProgress { done: u32::try_from(pass.kept.len()).unwrap_or(u32::MAX), total: pass.pages };
        self.service.team.update_for(&self.session, &self.organization, |team| {
            team.refreshing = Some(progress);
            team.expected = pass.total.or(team.expected);
        });
    }

    /// Completes the pass, and looks up the rows that it did not see.
    async fn finish(&self, pass: RefreshPass) -> Result<(), Failure> {
        let guard = Arc::clone(&self.service.writes).lock_owned().await;
        let (service, session) = (Arc::clone(&self.service), self.session.clone());
        let organization = self.organization.clone();
        let finished = self.service.disk.run(move |store| {
            let _guard = guard;
            let finished = store.finish_pass(&pass, service.now())?;
            let as_of = store.team_as_of(session.account.id, &organization)?;
            service.team.update_for(&session, &organization, |team| {
                team.as_of = as_of;
                if let Some(finished) = &finished {
                    team.roster.remove(&finished.removed.iter().cloned().collect());
                }
            });
            Ok(finished)
        });
        let unseen = finished.await?.map(|finished| finished.to_look_up).unwrap_or_default();
        let mut unseen = unseen.into_iter();
        let mut lookups = JoinSet::new();
        unseen.by_ref().take(PARALLEL_REQUESTS).for_each(|row| self.look_up(&mut lookups, row));
        while let Some(found) = lookups.join_next().await {
            unseen.by_ref().take(1).for_each(|row| self.look_up(&mut lookups, row));
            let (row, found) = found.map_err(Failure::internal)?.map_err(team_failure)?;
            match found {
                Some(found) => self.service.put_row(&self.session, &self.organization, found).await?,
                None => self.service.remove_row(&self.session, &self.organization, row.id).await?,
            }
        }
        Ok(())
    }

    fn look_up(&self, lookups: &mut JoinSet<Result<(UnseenRow, Option<Collaborator>), ApiError>>, row: UnseenRow) {
        let (service, session) = (Arc::clone(&self.service), self.session.clone());
        let organization = self.organization.clone();
        lookups.spawn(async move {
            let found = service.find_by_email(&session, &organization, &row.email, &row.id).await?;
            Ok((row, found))
        });
    }
}
