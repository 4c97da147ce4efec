//! Looking for one row on the server, and whether the server no longer has it.
//!
//! Only answers of the API itself count. A response from an intermediary, or one without a known code, is a failure of
//! the request and says nothing about the row. One answer alone is not enough either: a search finds nothing if the
//! server's search is broken or the address has changed, and a page misses rows that have moved to another page. So a
//! row is gone only if two answers agree:
//!
//! - a search for its email address does not find its id, and
//! - no page contains it, although the pages contain its place: in the order of creation, older and newer rows (or the
//!   ends of the list) surround it;
//!
//! or, after the API has refused a change because the row does not exist, if one search of either kind does not find
//! it. Any other row stays until a refresh decides (`crawl`). A refresh also brings back a row that was removed wrongly.

use lapel_api::{ApiError, ApiErrorKind};
use lapel_domain::{Collaborator, Timestamp};
use lapel_store::SeenOn;

use super::page_size::fetch_page;
use super::row_key::RowKey;
use super::service::TeamService;
use crate::kernel::session::Session;

/// How many pages are read to find a row. After the page on which it was seen, the pages before it are read, because rows move
/// forward when older ones are removed.
const MAX_PAGES: u32 = 3;

/// The result of looking for a row.
pub(super) enum Found {
    /// The server has it.
    Row(Box<Collaborator>),
    /// Only a page contains it, not the search for its address. The address may have changed.
    OnlyOnPage(Box<Collaborator>),
    /// It was not found. `is_gone` means that the server no longer has it.
    Nothing { is_gone: bool },
}

/// The result of looking for a row on the pages.
enum OnPages {
    Row(Box<Collaborator>),
    /// The pages contain the place where the row would be.
    Missing,
    /// The row may be on a page that was not read.
    Unknown,
}

impl TeamService {
    /// Looks for a row by its email address, then on the pages, beginning with the one on which it was last seen.
    pub(super) async fn find_row(
        &self,
        session: &Session,
        organization: &str,
        key: &RowKey<'_>,
    ) -> Result<Found, ApiError> {
        let has_address = !key.email.is_empty();
        if has_address && let Some(row) = self.find_by_email(session, organization, key.email, key.id).await? {
            return Ok(Found::Row(Box::new(row)));
        }
        let Some(seen) = key.seen else { return Ok(Found::Nothing { is_gone: false }) };
        Ok(match find_on_pages(session, organization, key, seen).await? {
            OnPages::Row(row) if has_address => Found::OnlyOnPage(row),
            OnPages::Row(row) => Found::Row(row),
            OnPages::Missing => Found::Nothing { is_gone: has_address },
            OnPages::Unknown => Found::Nothing { is_gone: false },
        })
    }
}

async fn find_on_pages(
    session: &Session,
    organization: &str,
    key: &RowKey<'_>,
    seen: SeenOn,
) -> Result<OnPages, ApiError> {
    let (mut has_newer, mut number) = (false, seen.page);
    for _ in 0..MAX_PAGES {
        let page = match fetch_page(session, organization, number, seen.rows).await {
            // The page may no longer exist.
            Err(error) if matches!(error.kind, ApiErrorKind::Missing { .. } | ApiErrorKind::Rejected) => break,
            page => page?,
        };
        if let Some(row) = page.items.iter().find(|row| row.id == key.id) {
            return Ok(OnPages::Row(Box::new(row.clone())));
        }
        let is_last = !page.has_next.unwrap_or(number < page.total_pages);
        let created: Vec<Option<i64>> = page.items.iter().map(created_at).collect();
        let is_whole_team = number == 1 && is_last;
        // Some servers ignore the requested order. Then the rows around the place prove nothing.
        if page.skipped > 0 || !(is_whole_team || created.is_sorted()) {
            break;
        }
        let known_created = key.created_at;
        let is_newer = |created: &Option<i64>| known_created.is_some() && *created > known_created;
        has_newer |= is_last || created.iter().any(is_newer);
        if number == 1 || created.iter().any(|created| created.is_some() && *created < known_created) {
            // The user is in the team, so an empty team is not true.
            return Ok(if has_newer && !created.is_empty() { OnPages::Missing } else { OnPages::Unknown });
        }
        number -= 1;
    }
    Ok(OnPages::Unknown)
}

fn created_at(row: &Collaborator) -> Option<i64> {
    row.created_at.as_ref().and_then(Timestamp::millis)
}
