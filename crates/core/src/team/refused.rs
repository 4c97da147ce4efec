//! What a refused PUT about a row says about the team. The page may show outdated roles, or a row that is gone.

use lapel_api::{ApiError, ApiErrorKind};
use lapel_domain::Collaborator;

use super::failures::put_failure;
use super::find_row::Found;
use super::row_key::RowKey;
use super::service::TeamService;
use crate::kernel::error::Failure;
use crate::kernel::session::Session;

impl TeamService {
    /// The failure of a PUT about a row. Before it returns, what the refusal has shown to be outdated is read again.
    pub(super) async fn put_refused(
        &self,
        session: &Session,
        organization: &str,
        row: &Collaborator,
        error: ApiError,
    ) -> Failure {
        if error.kind == ApiErrorKind::Forbidden {
            self.read_rights(session, organization, row).await;
        }
        let failure = put_failure(error);
        if matches!(failure, Failure::RowGone(_))
            && let Err(error) = self.settle_gone(session, organization, row).await
        {
            tracing::warn!(%error, "a row may be gone, which could not be confirmed");
        }
        failure
    }

    /// Reads the roles again that may have caused a rejection: those of the row, and the team role and user role of
    /// the signed-in user. Otherwise the page would show outdated roles.
    async fn read_rights(&self, session: &Session, organization: &str, row: &Collaborator) {
        let other = self.read_row(session, organization, &row.id, row.user_id.as_deref()).await.map(drop);
        let own = self.read_own_row(session, organization).await.map(drop);
        for error in [other, own].into_iter().filter_map(Result::err) {
            tracing::warn!(%error, "the roles behind a rejection could not be read");
        }
        self.sync.start();
    }

    /// Removes a row that the API has just called missing, unless it is found nevertheless. See `find_row` for the rule.
    async fn settle_gone(&self, session: &Session, organization: &str, row: &Collaborator) -> Result<(), Failure> {
        let seen = self.team.read(|team| Ok(team.roster.get(&row.id).and_then(|entry| entry.seen)))?;
        match self.find_row(session, organization, &RowKey::of(row, seen)).await? {
            Found::Row(_) | Found::OnlyOnPage(_) => Ok(()),
            Found::Nothing { .. } => self.remove_row(session, organization, row.id.clone()).await,
        }
    }
}
