//! The number of rows per page of a team. The service accepts 1000. If a server rejects that, 100 are requested. If a
//! server returns fewer than requested, that number is requested from then on. The number is stored per server.

use lapel_api::{ApiError, ApiErrorKind, CollaboratorQuery, Page};
use lapel_domain::{Collaborator, is_id};

use super::failures::team_failure;
use super::service::TeamService;
use crate::kernel::error::Failure;
use crate::kernel::server_facts::Fact;
use crate::kernel::session::Session;

/// The maximum that the API accepts.
const MAX_ROWS: u32 = 1000;

/// For servers that reject the maximum.
const FEWER_ROWS: u32 = 100;

/// The order of the rows. Rows that are added during a crawl come last, so the other rows stay on their pages.
const ORDER: Option<&str> = Some("createdAt:asc");

/// Requests a page of a team. Rows of another organization are skipped, because they are not in this team.
pub(super) async fn fetch_page(
    session: &Session,
    organization: &str,
    page: u32,
    rows: u32,
) -> Result<Page<Collaborator>, ApiError> {
    fetch(session, organization, &CollaboratorQuery { page, limit: rows, sort: ORDER, email: None }).await
}

async fn fetch(
    session: &Session,
    organization: &str,
    query: &CollaboratorQuery<'_>,
) -> Result<Page<Collaborator>, ApiError> {
    let mut page = session.connection.collaborators(organization, query).await?;
    let read = page.items.len();
    // Rows contain the id of their organization, so they cannot be compared with a slug.
    page.items.retain(|row| row.organization == organization || !is_id(organization));
    page.skipped += read - page.items.len();
    Ok(page)
}

/// Whether a failure may be caused by the number of rows: the server rejects it, or the response is too large.
fn is_about_rows(error: &ApiError, rows: u32) -> bool {
    let is_rejected = error.kind == ApiErrorKind::Rejected && error.http_status == Some(400);
    rows > FEWER_ROWS && (is_rejected || error.kind == ApiErrorKind::TooLarge)
}

/// The number of rows per page of a server that returns fewer than requested. Only a full page that is
/// followed by another one is evidence: some servers return the number of rows on the page as the limit.
pub(super) fn fewer_than_requested(page: &Page<Collaborator>, requested: u32) -> Option<u32> {
    let limit = page.limit.filter(|limit| *limit < requested)?;
    let is_full = usize::try_from(limit) == Ok(page.items.len() + page.skipped);
    (is_full && page.has_next.unwrap_or(page.page < page.total_pages)).then_some(limit)
}

impl TeamService {
    /// The number of rows per page of this server.
    pub(super) async fn page_size(&self, session: &Session) -> u32 {
        let known = self.facts.value(&session.account.server, Fact::RowsPerPage).await;
        // A failing disk must not keep the team from being read.
        let known = known.inspect_err(|error| tracing::warn!(%error, "the page size cannot be read"));
        let rows = known.ok().flatten().and_then(|rows| rows.parse().ok());
        rows.filter(|rows| (1..MAX_ROWS).contains(rows)).unwrap_or(MAX_ROWS)
    }

    /// Stores the number of rows per page of this server.
    pub(super) async fn note_page_size(&self, session: &Session, rows: u32) {
        let learned = self.facts.learn(&session.account.server, Fact::RowsPerPage, &rows.to_string()).await;
        learned.unwrap_or_else(|error| tracing::warn!(%error, "the page size cannot be stored"));
    }

    /// The page size with which a crawl starts again after a failed page; none if the failure has another cause.
    pub(super) async fn smaller_page(
        &self,
        session: &Session,
        organization: &str,
        rows: u32,
        error: &ApiError,
    ) -> Option<u32> {
        if !is_about_rows(error, rows) || fetch_page(session, organization, 1, rows).await.is_ok() {
            return None;
        }
        let accepts_fewer = fetch_page(session, organization, 1, FEWER_ROWS).await.is_ok();
        accepts_fewer.then_some(FEWER_ROWS)
    }

    /// Reads and returns the user's own row, which decides what they may do. It may be on the last page, so it is read
    /// first.
    pub(super) async fn read_own_row(
        &self,
        session: &Session,
        organization: &str,
    ) -> Result<Option<Collaborator>, Failure> {
        let email = session.account.email.clone();
        if email.is_empty() {
            return Ok(None);
        }
        let rows = self.rows_with_email(session, organization, &email).await.map_err(team_failure)?;
        let user = &session.account.user_id;
        let own = rows.into_iter().find(|row| row.user_id.as_ref() == Some(user));
        if let Some(own) = &own {
            self.put_row(session, organization, own.clone()).await?;
        }
        Ok(own)
    }

    /// Looks up a row by its email address. Also compares the id, because the address may belong to somebody else now.
    pub(super) async fn find_by_email(
        &self,
        session: &Session,
        organization: &str,
        email: &str,
        id: &str,
    ) -> Result<Option<Collaborator>, ApiError> {
        let rows = self.rows_with_email(session, organization, email).await?;
        Ok(rows.into_iter().find(|row| row.id == id))
    }

    async fn rows_with_email(
        &self,
        session: &Session,
        organization: &str,
        email: &str,
    ) -> Result<Vec<Collaborator>, ApiError> {
        let rows = self.page_size(session).await;
        let query = CollaboratorQuery { page: 1, limit: rows, sort: ORDER, email: Some(email) };
        match fetch(session, organization, &query).await {
            Err(error) if is_about_rows(&error, rows) => {
                let query = CollaboratorQuery { limit: FEWER_ROWS, ..query };
                // If this fails as well, the number of rows is not the cause.
                let page = fetch(session, organization, &query).await?;
                self.note_page_size(session, FEWER_ROWS).await;
                Ok(page.items)
            }
            page => page.map(|page| page.items),
        }
    }
}
