//! Reading a row again before it is changed.

use lapel_domain::Collaborator;
use lapel_store::SeenOn;

use super::failures::team_failure;
use super::page_size::fetch_page;
use super::row_key::RowKey;
use super::service::TeamService;
use crate::kernel::error::Failure;
use crate::kernel::session::Session;

impl TeamService {
    /// Reads a row of the open team again, and stores it. `user_id` is the user id that the row must have; without it,
    /// the one of the cached row.
    ///
    /// Fails with [`Failure::RowGone`] if the organization has no such row, or if it belongs to somebody else now.
    pub(super) async fn read_row(
        &self,
        session: &Session,
        organization: &str,
        id: &str,
        user_id: Option<&str>,
    ) -> Result<Collaborator, Failure> {
        let known = self.team.read(|team| {
            let entry = team.roster.get(id);
            Ok(entry.map(|entry| (entry.row.email.clone(), entry.seen, entry.row.user_id.clone())))
        });
        let (email, seen, cached_user) = known.ok().flatten().ok_or(Failure::RowGone(None))?;
        let key = RowKey { id, email: &email, seen, user_id: user_id.or(cached_user.as_deref()) };
        let row = self.fetch_row(session, organization, &key).await?;
        self.put_row(session, organization, row.clone()).await?;
        Ok(row)
    }

    /// Reads a row by its email address, or, if it has none, from the page on which it was last seen.
    ///
    /// Fails with [`Failure::RowGone`] if there is no such row, or if it belongs to somebody else now.
    pub(super) async fn fetch_row(
        &self,
        session: &Session,
        organization: &str,
        key: &RowKey<'_>,
    ) -> Result<Collaborator, Failure> {
        let found = match key.seen {
            _ if !key.email.is_empty() => self.find_by_email(session, organization, key.email, key.id).await,
            Some(SeenOn { page, rows }) => {
                let page = fetch_page(session, organization, page, rows).await;
                page.map(|page| page.items.into_iter().find(|row| row.id == key.id))
            }
            None => Ok(None),
        };
        found.map_err(team_failure)?.filter(|row| key.matches(row)).ok_or(Failure::RowGone(None))
    }
}
