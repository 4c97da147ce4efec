//! The selection of a team while its user signs in again, so that the same person can go on where the session ended.

use std::sync::PoisonError;

use super::service::TeamService;
use super::team_cell::{KeptSelection, Team};

impl TeamService {
    /// Remembers the selection before a sign-in, which resets the team.
    pub(crate) fn keep_selection(&self) {
        let kept = self.team.read(|team| {
            let (account, organization) = (team.account, team.organization.clone());
            Ok(account.zip(organization).map(|(account, organization)| {
                let rows = team.roster.selected_ids();
                KeptSelection { account, organization, rows }
            }))
        });
        self.set_kept(kept.ok().flatten());
    }

    /// Forgets the selection, because nobody has signed in.
    pub(crate) fn forget_selection(&self) {
        self.set_kept(None);
    }

    /// Selects the remembered rows of a team that was loaded for the same account.
    pub(super) fn restore_selection(&self, team: &mut Team) {
        let Some(kept) = self.kept_selection.lock().unwrap_or_else(PoisonError::into_inner).take() else { return };
        if team.account == Some(kept.account) && team.organization.as_ref() == Some(&kept.organization) {
            kept.rows.iter().for_each(|id| team.roster.select(id));
        }
    }

    fn set_kept(&self, kept: Option<KeptSelection>) {
        *self.kept_selection.lock().unwrap_or_else(PoisonError::into_inner) = kept;
    }
}
