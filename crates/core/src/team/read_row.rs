//! Reading a row again before it is changed.

use lapel_domain::Collaborator;
use lapel_store::SeenOn;

use super::failures::team_failure;
use super::page_size::fetch_page;
use super::service::TeamService;
use crate::kernel::error::Failure;
use crate::kernel::session::Session;

impl TeamService {
    /// Reads a row by its email address, or, if it has none, from the page on which it was last seen. `person` is the
    /// user id that the row must have; without it, the one of the cached row.
    ///
    /// Fails with [`Failure::RowGone`] if the organization has no such row, or if it belongs to
    /// somebody else now.
    pub(super) async fn read_row(
        &self,
        session: &Session,
        organization: &str,
        id: &str,
        person: Option<&str>,
    ) -> Result<Collaborator, Failure> {
        let known = self.team.read(|team| {
            let entry = team.roster.get(id);
            Ok(entry.map(|entry| (entry.row.email.clone(), entry.seen, entry.row.user_id.clone())))
        });
        let (email, seen, user_id) = known.ok().flatten().ok_or(Failure::RowGone(None))?;
        let found = match seen {
            _ if !email.is_empty() => self.find_by_email(session, organization, &email, id).await,
            Some(SeenOn { page, rows }) => {
                let page = fetch_page(session, organization, page, rows).await;
                page.map(|page| page.items.into_iter().find(|row| row.id == id))
            }
            None => Ok(None),
        };
        // An invitation has no user id. It may have been accepted in the meantime, so any user id is accepted then.
        let person = person.or(user_id.as_deref());
        let belongs_to_person = |row: &Collaborator| person.is_none_or(|person| row.user_id.as_deref() == Some(person));
        let row = found.map_err(team_failure)?.filter(belongs_to_person).ok_or(Failure::RowGone(None))?;
        self.put_row(session, organization, row.clone()).await?;
        Ok(row)
    }
}
