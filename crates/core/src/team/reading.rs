//! Reading the rows of a team: the own one, then page by page, kept as they come. A reading that was interrupted goes on
//! where it was. What a reading says about rows that it did not see is decided in the store.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use lapel_api::{ApiError, ApiErrorKind, CollaboratorQuery, Page};
use lapel_domain::Collaborator;
use lapel_store::{RefreshPass, TeamPage, UnseenRow};
use tokio::task::JoinSet;

use super::team_failure;
use crate::app::Inner;
use crate::deadline::Deadline;
use crate::state::Session;
use crate::views::{AppError, ErrorCode, TeamProgress};

/// Rows on a page: the most that the contract allows.
pub(super) const PAGE_ROWS: u32 = 1000;

/// The order of a reading: who joins meanwhile comes last and moves nobody.
pub(super) const ORDER: Option<&str> = Some("createdAt:asc");

/// Pages, look-ups and changes on their way at once.
pub(super) const AT_ONCE: usize = 4;

/// Most pages of a team: a million rows.
const MOST_PAGES: u32 = 1000;

/// How often a page is asked for while the server is busy.
const MOST_TRIES: u32 = 3;

/// How often the page is told of new rows while a team is being read.
const TELL_EVERY: Duration = Duration::from_millis(500);

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
        let mut pass = self.begin().await?;
        self.show_progress(&pass);
        loop {
            let mut missing = pass.missing().collect::<Vec<u32>>().into_iter();
            let mut asked: JoinSet<Result<(Page<Collaborator>, i64), ApiError>> = JoinSet::new();
            missing.by_ref().take(AT_ONCE).for_each(|page| self.ask(&mut asked, page));
            if asked.is_empty() {
                break;
            }
            while let Some(answer) = asked.join_next().await {
                let (page, asked_at) = answer.map_err(internal)?.map_err(team_failure)?;
                // Asked before the page is written, so that network and disk work at the same time.
                missing.by_ref().take(1).for_each(|page| self.ask(&mut asked, page));
                pass = self.keep(pass, page, asked_at).await?;
                self.show_progress(&pass);
            }
        }
        self.finish(pass).await
    }

    async fn begin(&self) -> Result<RefreshPass, AppError> {
        let turn = Arc::clone(&self.inner.team_writes).lock_owned().await;
        let (account, organization, now) = (self.session.account.id, self.organization.clone(), self.inner.now());
        self.inner
            .with_store(move |store| {
                let _turn = turn;
                store.begin_or_resume_pass(account, &organization, PAGE_ROWS, now)
            })
            .await
    }

    fn ask(&self, asked: &mut JoinSet<Result<(Page<Collaborator>, i64), ApiError>>, page: u32) {
        let (session, organization) = (self.session.clone(), self.organization.clone());
        let clock = Arc::clone(&self.inner.clock);
        asked.spawn(async move {
            let query = CollaboratorQuery { page, limit: PAGE_ROWS, sort: ORDER, email: None };
            let mut tries = 0;
            loop {
                let asked_at = clock();
                tries += 1;
                match rows_of_team(&session, &organization, &query).await {
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
            // An empty page is the end, whatever the server says: some count pages that are not there.
            let pages = if page.items.is_empty() { page.page } else { page.total_pages.min(MOST_PAGES) };
            let (number, total, skipped) = (page.page, page.total, page.skipped);
            let rows = &page.items;
            let kept = store.keep_page(&pass, &TeamPage { number, pages, total, rows, skipped, asked_at })?;
            if let Some(kept) = &kept {
                let newer: HashSet<&String> = kept.newer.iter().collect();
                inner.update_team(&session, &organization, |team| {
                    for row in page.items.iter().filter(|row| !newer.contains(&row.id)) {
                        team.directory.put(row.clone(), Some(number));
                    }
                    if tells {
                        team.shown_version = team.directory.version;
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
                    team.directory.remove(&finished.removed.iter().cloned().collect());
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
        let (session, organization) = (self.session.clone(), self.organization.clone());
        asked.spawn(async move {
            let found = find_by_email(&session, &organization, &row.email, &row.id).await?;
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
                    team.directory.remove(&HashSet::from([id]));
                    team.shown_version = team.directory.version;
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
        let query = CollaboratorQuery { page: 1, limit: PAGE_ROWS, sort: ORDER, email: Some(&email) };
        let page = rows_of_team(session, organization, &query).await.map_err(team_failure)?;
        let user = &session.account.user_id;
        match page.items.into_iter().find(|row| row.user_id.as_ref() == Some(user)) {
            Some(own) => self.put_row(session, organization, own).await,
            None => Ok(()),
        }
    }
}

/// A page of a team. Rows of another organization count as unreadable: whoever they are, they are not in this team.
pub(super) async fn rows_of_team(
    session: &Session,
    organization: &str,
    query: &CollaboratorQuery<'_>,
) -> Result<Page<Collaborator>, ApiError> {
    let mut page = session.connection.collaborators(organization, query).await?;
    let read = page.items.len();
    page.items.retain(|row| row.organization == organization);
    page.skipped += read - page.items.len();
    Ok(page)
}

/// Looks a row up by its address, and finds it by its id: an address may have been given to somebody else.
pub(super) async fn find_by_email(
    session: &Session,
    organization: &str,
    email: &str,
    id: &str,
) -> Result<Option<Collaborator>, ApiError> {
    let query = CollaboratorQuery { page: 1, limit: PAGE_ROWS, sort: ORDER, email: Some(email) };
    let page = rows_of_team(session, organization, &query).await?;
    Ok(page.items.into_iter().find(|row| row.id == id))
}

fn internal(error: tokio::task::JoinError) -> AppError {
    AppError::new(ErrorCode::Internal, error.to_string())
}
