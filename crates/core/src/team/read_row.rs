//! Reading a row again before it is changed.

use lapel_domain::Collaborator;

use super::failures::team_failure;
use super::find_row::Found;
use super::row_key::RowKey;
use super::service::TeamService;
use crate::kernel::error::Failure;
use crate::kernel::session::Session;

impl TeamService {
    /// Reads a row of the open team again, and stores it. `user_id` is the user id that the row must have; without it,
    /// the one of the cached row.
    ///
    /// Fails like [`Self::fetch_row`].
    pub(super) async fn read_row(
        &self,
        session: &Session,
        organization: &str,
        id: &str,
        user_id: Option<&str>,
    ) -> Result<Collaborator, Failure> {
        let known = self.team.read(|team| Ok(team.roster.get(id).map(|entry| (entry.row.clone(), entry.seen))));
        let (known, seen) = known.ok().flatten().ok_or(Failure::RowGone(None))?;
        let key = RowKey { user_id: user_id.or(known.user_id.as_deref()), ..RowKey::of(&known, seen) };
        let row = self.fetch_row(session, organization, &key).await?;
        self.put_row(session, organization, row.clone()).await?;
        Ok(row)
    }

    /// Reads a row.
    ///
    /// Fails with [`Failure::RowGone`] if the row is not found, or if it belongs to somebody else now. If the server no
    /// longer has the row (see `find_row`), it is removed here. A row that only a page contains belongs to the same
    /// person with a new address, unless it is an invitation: that is for whoever has the address.
    pub(super) async fn fetch_row(
        &self,
        session: &Session,
        organization: &str,
        key: &RowKey<'_>,
    ) -> Result<Collaborator, Failure> {
        match self.find_row(session, organization, key).await.map_err(team_failure)? {
            Found::Row(row) if key.matches(&row) => return Ok(*row),
            Found::OnlyOnPage(row) if key.matches(&row) => {
                self.put_row(session, organization, row.as_ref().clone()).await?;
                if key.user_id.is_some() {
                    return Ok(*row);
                }
            }
            Found::Nothing { is_gone: true } => self.remove_row(session, organization, key.id.to_owned()).await?,
            _ => {}
        }
        Err(Failure::RowGone(None))
    }
}
