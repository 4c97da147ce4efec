//! Reading a row again before it is changed.

use lapel_domain::Collaborator;

use super::failures::team_failure;
use super::find_row::Found;
use super::service::TeamService;
use crate::kernel::error::Failure;
use crate::kernel::session::Session;

impl TeamService {
    /// Reads a row. `person` is the user id that the row must have; without it, the one of the cached row.
    ///
    /// Fails with [`Failure::RowGone`] if a search for its address does not find the row, or if it belongs to somebody else
    /// now. If the server no longer has the row (see `find_row`), it is removed here. If only a page contains it, its new
    /// address is stored, so that it is found the next time.
    pub(super) async fn read_row(
        &self,
        session: &Session,
        organization: &str,
        id: &str,
        person: Option<&str>,
    ) -> Result<Collaborator, Failure> {
        let known = self.team.read(|team| Ok(team.roster.get(id).map(|entry| (entry.row.clone(), entry.seen))));
        let (known, seen) = known.ok().flatten().ok_or(Failure::RowGone(None))?;
        // An invitation has no user id. It may have been accepted in the meantime, so any user id is accepted then.
        let person = person.or(known.user_id.as_deref());
        let belongs_to_person = |row: &Collaborator| person.is_none_or(|person| row.user_id.as_deref() == Some(person));
        let (row, is_found) = match self.find_row(session, organization, &known, seen).await.map_err(team_failure)? {
            Found::Row(row) => (*row, true),
            Found::OnlyOnPage(row) => (*row, false),
            Found::Nothing { is_gone } => {
                if is_gone {
                    self.remove_row(session, organization, id.to_owned()).await?;
                }
                return Err(Failure::RowGone(None));
            }
        };
        if !belongs_to_person(&row) {
            return Err(Failure::RowGone(None));
        }
        self.put_row(session, organization, row.clone()).await?;
        if is_found { Ok(row) } else { Err(Failure::RowGone(None)) }
    }
}
