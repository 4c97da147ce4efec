//! The rows of the open team for the page, and the selection among them.

use std::sync::PoisonError;

use super::service::TeamService;
use super::window::RowContext;
use crate::kernel::error::Failure;
use crate::views::{SelectionChange, TeamQuery, TeamWindow};

impl TeamService {
    /// Shows the cached team of an organization and refreshes it. Without an organization, chooses one as
    /// [`Self::load`] does.
    pub(crate) async fn open_team(&self, organization: Option<String>) -> Result<(), Failure> {
        let account = self.state.read().active_account()?;
        *self.opened_by.lock().unwrap_or_else(PoisonError::into_inner) = Some(account.id);
        self.load(&account, organization).await?;
        self.start_refresh();
        Ok(())
    }

    /// A window of the rows that a query finds.
    pub(crate) fn rows(&self, query: &TeamQuery, from: usize, count: usize) -> Result<TeamWindow, Failure> {
        let account = self.state.read().active_account()?;
        let caller = self.state.read().caller().ok();
        let (person, pictures) = (&*account.user_id, &*self.addresses);
        let context = RowContext { account: account.id, person, pictures, caller: caller.as_ref() };
        self.team.read(|team| Ok(context.window(&mut team.roster, query, from, count)))
    }

    /// Changes the selection among the rows that a query finds.
    pub(crate) fn select(&self, query: &TeamQuery, change: &SelectionChange) -> Result<(), Failure> {
        self.team.read(|team| {
            team.roster.change_selection(query, change);
            Ok(())
        })
    }
}
