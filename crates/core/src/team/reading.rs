//! Reading the rows of a team: the own one, then page by page, kept as they come. A reading that was interrupted goes on
//! where it was. What a reading says about rows that it did not see is decided in the store.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use lapel_api::{ApiError, ApiErrorKind, Page};
use lapel_domain::Collaborator;
use lapel_store::{RefreshPass, SeenOn, TeamPage, UnseenRow};
use tokio::task::JoinSet;

use super::page_rows::{fewer_than_asked, page_of_team};
use super::team_failure;
use crate::app::Inner;
use crate::deadline::Deadline;
use crate::state::Session;
use crate::views::{AppError, ErrorCode, TeamProgress};

/// Pages, look-ups and changes on their way at once.
pub(super) const AT_ONCE: usize = 4;

/// Most rows of a team.
const MOST_ROWS: u32 = 1_000_000;

/// Most pages of a team.
const MOST_PAGES: u32 = 10_000;

/// How often a page is asked for while the server is busy.
const MOST_TRIES: u32 = 3;

/// How often the page is told of new rows while a team is being read.
const TELL_EVERY: Duration = Duration::from_millis(500);

/// Pages on their way, with when they were asked for.
type Asked = JoinSet<Result<(Page<Collaborator>, i64), ApiError>>;

/// What became of the pages of a reading.
enum Pages {
    /// All of them were read.
    Read(RefreshPass),
    /// The server takes fewer rows on a page than it was asked for, namely so many.
    Fewer(u32),
}

/// One reading of one team.
pub(super) struct Reading {
    inner: Arc<Inner>,
    session: Session,
    organization: String,
    told_at: Instant,
}

impl Reading {
    pub(super) fn of(inner: &Arc<Inner>, session: &Session, organization: String) -> Self {
        Self { inner: Arc::clone(inner), session: session.clone(), organization, told_at: Instant::now() }
    }

    pub(super) async fn read(mut self) -> Result<(), AppError> {
        self.inner.read_own_row(&self.session, &self.organization).await?;
        let mut rows = self.inner.page_rows(&self.session).await;
        loop {
            match self.read_pages(rows).await? {
                Pages::Read(pass) => return self.finish(pass).await,
                // Pages of another number of rows are other pages.
                Pages::Fewer(fewer) => {
                    self.inner.note_page_rows(&self.session, fewer).await;
                    rows = fewer;
                }
            }
        }
    }

    /// Reads the pages that are missing, of so many rows each.
    async fn read_pages(&mut self, rows: u32) -> Result<Pages, AppError> {
        let mut pass = self.begin(rows).await?;
        self.show_progress(&pass);
        loop {
            let mut missing = pass.missing().collect::<Vec<u32>>().into_iter();
            let mut asked = Asked::new();
            missing.by_ref().take(AT_ONCE).for_each(|page| self.ask(&mut asked, page, rows));
            if asked.is_empty() {
                return Ok(Pages::Read(pass));
            }
            while let Some(answer) = asked.join_next().await {
                let (page, asked_at) = match answer.map_err(internal)? {
                    Ok(answer) => answer,
                    Err(error) => {
                        let fewer = self.inner.fewer_rows(&self.session, &self.organization, rows, &error).await;
                        return fewer.map(Pages::Fewer).ok_or_else(|| team_failure(error));
                    }
                };
                if let Some(fewer) = fewer_than_asked(&page, rows) {
                    return Ok(Pages::Fewer(fewer));
                }
                // Asked before the page is written, so that network and disk work at the same time.
                let is_there = |page: &u32| pass.pages.is_none_or(|pages| *page <= pages);
                missing.find(is_there).into_iter().for_each(|page| self.ask(&mut asked, page, rows));
                pass = self.keep(pass, page, asked_at).await?;
                self.show_progress(&pass);
            }
        }
    }

    async fn begin(&self, rows: u32) -> Result<RefreshPass, AppError> {
        let turn = Arc::clone(&self.inner.team_writes).lock_owned().await;
        let (account, organization, now) = (self.session.account.id, self.organization.clone(), self.inner.now());
        self.inner
            .with_store(move |store| {
                let _turn = turn;
                store.begin_or_resume_pass(account, &organization, rows, now)
            })
            .await
    }

    fn ask(&self, asked: &mut Asked, page: u32, rows: u32) {
        let (session, organization) = (self.session.clone(), self.organization.clone());
        let clock = Arc::clone(&self.inner.clock);
        asked.spawn(async move {
            let mut tries = 0;
            loop {
                let asked_at = clock();
                tries += 1;
                match page_of_team(&session, &organization, page, rows).await {
                    Err(error) if error.kind == ApiErrorKind::Transient && tries < MOST_TRIES => {
                        let wait = error.retry_after.unwrap_or(Duration::from_secs(1) * tries);
                        Deadline::after(wait.min(Duration::from_secs(60)), clock()).wait(&clock).await;
                    }
                    // Whatever number the server gives it: it is the page that was asked for.
                    answer => return answer.map(|answer| (Page { page, ..answer }, asked_at)),
                }
            }
        });
    }

    /// Keeps a page, on the disk and in memory, as one piece of work that nothing interrupts.
    async fn keep(
        &mut self,
        pass: RefreshPass,
        page: Page<Collaborator>,
        asked_at: i64,
    ) -> Result<RefreshPass, AppError> {
        let tells = self.told_at.elapsed() >= TELL_EVERY;
        if tells {
            self.told_at = Instant::now();
        }
        let turn = Arc::clone(&self.inner.team_writes).lock_owned().await;
        let (inner, session, organization) = (Arc::clone(&self.inner), self.session.clone(), self.organization.clone());
        let kept = self.inner.with_store(move |store| {
            let _turn = turn;
            let most = MOST_ROWS.div_ceil(pass.page_size).min(MOST_PAGES);
            // An empty page is the end, whatever the server says: some count pages that are not there.
            let ends = page.items.is_empty() && page.skipped == 0 || page.page >= most;
            let (number, pages) = (page.page, page.total_pages.min(most));
            let has_next = if ends { Some(false) } else { page.has_next };
            let (total, skipped, rows) = (page.total, page.skipped, &page.items);
            let kept = store.keep_page(&pass, &TeamPage { number, pages, has_next, total, rows, skipped, asked_at })?;
            if let Some(kept) = &kept {
                let newer: HashSet<&String> = kept.newer.iter().collect();
                let seen = SeenOn { page: number, rows: pass.page_size };
                inner.update_team(&session, &organization, |team| {
                    for row in page.items.iter().filter(|row| !newer.contains(&row.id)) {
                        team.roster.put(row.clone(), Some(seen));
                    }
                    if tells {
                        team.shown_version = team.roster.version;
                    }
                });
            }
            Ok(kept)
        });
        kept.await?.map(|kept| kept.pass).ok_or_else(|| AppError::new(ErrorCode::Cancelled, "the reading is over"))
    }

    fn show_progress(&self, pass: &RefreshPass) {
        let progress = TeamProgress { done: u32::try_from(pass.kept.len()).unwrap_or(u32::MAX), total: pass.pages };
        self.inner.update_team(&self.session, &self.organization, |team| team.refreshing = Some(progress));
    }

    /// Ends the pass, and looks up whoever it did not see.
    async fn finish(&self, pass: RefreshPass) -> Result<(), AppError> {
        let turn = Arc::clone(&self.inner.team_writes).lock_owned().await;
        let (inner, session, organization) = (Arc::clone(&self.inner), self.session.clone(), self.organization.clone());
        let finished = self.inner.with_store(move |store| {
            let _turn = turn;
            let finished = store.finish_pass(&pass, inner.now())?;
            let as_of = store.team_as_of(session.account.id, &organization)?;
            inner.update_team(&session, &organization, |team| {
                team.as_of = as_of;
                if let Some(finished) = &finished {
                    team.roster.remove(&finished.removed.iter().cloned().collect());
                }
            });
            Ok(finished)
        });
        let unseen = finished.await?.map(|finished| finished.to_look_up).unwrap_or_default();
        let mut unseen = unseen.into_iter();
        let mut asked = JoinSet::new();
        unseen.by_ref().take(AT_ONCE).for_each(|row| self.look_up(&mut asked, row));
        while let Some(found) = asked.join_next().await {
            unseen.by_ref().take(1).for_each(|row| self.look_up(&mut asked, row));
            let (row, found) = found.map_err(internal)?.map_err(team_failure)?;
            match found {
                Some(found) => self.inner.put_row(&self.session, &self.organization, found).await?,
                None => self.remove(row.id).await?,
            }
        }
        Ok(())
    }

    fn look_up(&self, asked: &mut JoinSet<Result<(UnseenRow, Option<Collaborator>), ApiError>>, row: UnseenRow) {
        let (inner, session, organization) = (Arc::clone(&self.inner), self.session.clone(), self.organization.clone());
        asked.spawn(async move {
            let found = inner.find_by_email(&session, &organization, &row.email, &row.id).await?;
            Ok((row, found))
        });
    }

    /// Takes out a row that the server no longer has, on the disk and in memory.
    async fn remove(&self, id: String) -> Result<(), AppError> {
        let turn = Arc::clone(&self.inner.team_writes).lock_owned().await;
        let (inner, session, organization) = (Arc::clone(&self.inner), self.session.clone(), self.organization.clone());
        self.inner
            .with_store(move |store| {
                let _turn = turn;
                store.remove_collaborator(session.account.id, &organization, &id)?;
                inner.update_team(&session, &organization, |team| {
                    team.roster.remove(&HashSet::from([id]));
                    team.shown_version = team.roster.version;
                });
                Ok(())
            })
            .await
    }
}

impl Inner {
    /// Reads the own row, from which follows what the person may do; it may be on the last page.
    pub(super) async fn read_own_row(self: &Arc<Self>, session: &Session, organization: &str) -> Result<(), AppError> {
        let email = session.account.email.clone();
        if email.is_empty() {
            return Ok(());
        }
        let rows = self.rows_with_address(session, organization, &email).await.map_err(team_failure)?;
        let user = &session.account.user_id;
        match rows.into_iter().find(|row| row.user_id.as_ref() == Some(user)) {
            Some(own) => self.put_row(session, organization, own).await,
            None => Ok(()),
        }
    }

    /// Looks a row up by its address, and finds it by its id: an address may have been given to somebody else.
    pub(super) async fn find_by_email(
        self: &Arc<Self>,
        session: &Session,
        organization: &str,
        email: &str,
        id: &str,
    ) -> Result<Option<Collaborator>, ApiError> {
        let rows = self.rows_with_address(session, organization, email).await?;
        Ok(rows.into_iter().find(|row| row.id == id))
    }
}

fn internal(error: tokio::task::JoinError) -> AppError {
    AppError::new(ErrorCode::Internal, error.to_string())
}
