//! The dialog for the roles of one row.

use super::role_options::{team_role_options_of, user_role_options_of};
use super::service::TeamService;
use crate::kernel::error::Failure;
use crate::views::RoleDialog;

impl TeamService {
    /// The roles that may be given to a row, according to the cached data. Sends no request.
    pub(crate) fn role_dialog(&self, id: &str) -> Result<RoleDialog, Failure> {
        let caller = self.state.read().caller()?;
        self.team.read(|team| {
            let row = &team.roster.get(id).ok_or(Failure::RowGone(None))?.row;
            let user_role = row.user_role.as_ref().filter(|_| !row.pending);
            Ok(RoleDialog {
                id: row.id.clone(),
                name: row.display_name(),
                email: row.email.clone(),
                is_self: caller.is(row),
                team: team_role_options_of(&caller, row),
                user: user_role.map(|role| user_role_options_of(&caller, row, role)),
            })
        })
    }
}
