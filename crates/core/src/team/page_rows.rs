//! How many rows a page of a team is asked for with. The service takes a thousand; a server that refuses them is asked with a
//! hundred, and one that answers fewer than it was asked for, with as many as it does. Both are remembered.

use std::sync::Arc;

use lapel_api::{ApiError, ApiErrorKind, CollaboratorQuery, Page};
use lapel_domain::{Collaborator, is_id};

use crate::app::Inner;
use crate::server_facts::Fact;
use crate::state::Session;

/// The most that the contract allows.
const MOST_ROWS: u32 = 1000;

/// Where those are refused.
const FEWER_ROWS: u32 = 100;

/// The order of a reading: who joins meanwhile comes last and moves nobody.
const ORDER: Option<&str> = Some("createdAt:asc");

/// A page of a team, with as many rows as pages are numbered by. Rows of another organization count as unreadable: whoever
/// they are, they are not in this team.
pub(super) async fn page_of_team(
    session: &Session,
    organization: &str,
    page: u32,
    rows: u32,
) -> Result<Page<Collaborator>, ApiError> {
    read_page(session, organization, &CollaboratorQuery { page, limit: rows, sort: ORDER, email: None }).await
}

async fn read_page(
    session: &Session,
    organization: &str,
    query: &CollaboratorQuery<'_>,
) -> Result<Page<Collaborator>, ApiError> {
    let mut page = session.connection.collaborators(organization, query).await?;
    let read = page.items.len();
    // Rows do not name an organization by its short name.
    page.items.retain(|row| row.organization == organization || !is_id(organization));
    page.skipped += read - page.items.len();
    Ok(page)
}

/// Whether a failure may be about the number of rows: the server refuses so many, or its answer is longer than is taken.
fn is_about_rows(error: &ApiError, rows: u32) -> bool {
    let refused = error.kind == ApiErrorKind::Rejected && error.http_status == Some(400);
    rows > FEWER_ROWS && (refused || error.kind == ApiErrorKind::TooLarge)
}

/// The number of rows by which a server numbers its pages, where those are fewer than it was asked for. Only a full page that
/// another one follows tells: some servers say how many rows there are.
pub(super) fn fewer_than_asked(page: &Page<Collaborator>, asked: u32) -> Option<u32> {
    let limit = page.limit.filter(|limit| *limit < asked)?;
    let is_full = usize::try_from(limit) == Ok(page.items.len() + page.skipped);
    (is_full && page.has_next.unwrap_or(page.page < page.total_pages)).then_some(limit)
}

impl Inner {
    /// How many rows a page of a team is asked for with at this server.
    pub(super) async fn page_rows(&self, session: &Session) -> u32 {
        let (server, now) = (session.account.server.clone(), self.now());
        let known = self.with_store(move |store| Fact::MaxPageSize.value(store, &server, now)).await;
        // A disk that fails must not keep the team from being read.
        let known = known.inspect_err(|error| tracing::warn!(message = error.message, "how many rows a page takes"));
        let rows = known.ok().flatten().and_then(|rows| rows.parse().ok());
        rows.filter(|rows| (1..MOST_ROWS).contains(rows)).unwrap_or(MOST_ROWS)
    }

    /// Notes how many rows this server takes.
    pub(super) async fn note_page_rows(&self, session: &Session, rows: u32) {
        let (server, now) = (session.account.server.clone(), self.now());
        let (fact, rows) = (Fact::MaxPageSize.name(), rows.to_string());
        let noted = self.with_store(move |store| store.learn(&server, fact, &rows, now)).await;
        noted.unwrap_or_else(|error| {
            tracing::warn!(message = error.message, "how many rows a page takes was not noted")
        });
    }

    /// The rows with an address.
    pub(super) async fn rows_with_address(
        self: &Arc<Self>,
        session: &Session,
        organization: &str,
        email: &str,
    ) -> Result<Vec<Collaborator>, ApiError> {
        let rows = self.page_rows(session).await;
        let query = CollaboratorQuery { page: 1, limit: rows, sort: ORDER, email: Some(email) };
        match read_page(session, organization, &query).await {
            Err(error) if is_about_rows(&error, rows) => {
                let query = CollaboratorQuery { limit: FEWER_ROWS, ..query };
                // Where that is refused as well, it was not about the rows.
                let page = read_page(session, organization, &query).await?;
                self.note_page_rows(session, FEWER_ROWS).await;
                Ok(page.items)
            }
            page => page.map(|page| page.items),
        }
    }

    /// With how many rows a reading begins anew whose page was refused; none where the refusal is about something else.
    pub(super) async fn fewer_rows(
        &self,
        session: &Session,
        organization: &str,
        rows: u32,
        error: &ApiError,
    ) -> Option<u32> {
        if !is_about_rows(error, rows) || page_of_team(session, organization, 1, rows).await.is_ok() {
            return None;
        }
        let takes_fewer = page_of_team(session, organization, 1, FEWER_ROWS).await.is_ok();
        takes_fewer.then_some(FEWER_ROWS)
    }
}
