//! Planning, displaying and cancelling batches of the open team. `plan` and `import` make plans, `run` runs them.

use super::batch::Batch;
use super::import_file::read_list;
use super::import_plan::plan_file;
use super::plan::{plan_row, plan_undo};
use super::service::TeamService;
use super::team_cell::Team;
use crate::kernel::error::Failure;
use crate::kernel::error_reasons::Misuse;
use crate::views::{BatchRowState, BatchState, BatchWindow, RoleKind, TeamQuery};

impl TeamService {
    /// Plans one role for all selected rows that a query finds.
    pub(crate) fn plan_batch(&self, query: &TeamQuery, kind: RoleKind, role: &str) -> Result<(), Failure> {
        let caller = self.state.read().caller()?;
        self.plan(|team| {
            let rows = team.roster.selected_entries(query);
            let items = rows.into_iter().map(|entry| plan_row(&caller, &entry.row, kind, role)).collect();
            let organization = team.organization.clone().ok_or(Misuse::NoTeam)?;
            Ok(Batch::planned(organization, kind, Some(role.to_owned()), items))
        })
    }

    /// Plans team roles from a file of email addresses and roles, or the undo of an exported history. A line with an
    /// error becomes a row that is left out of the plan.
    ///
    /// Fails with [`Failure::NotAList`], or with [`Failure::TeamNotRead`] if the team was never read completely:
    /// a row that is not known yet may have one of the addresses.
    pub(crate) fn import_batch(&self, bytes: &[u8]) -> Result<(), Failure> {
        let list = read_list(bytes)?;
        let caller = self.state.read().caller()?;
        self.plan(|team| {
            if team.as_of.is_none() {
                return Err(Failure::TeamNotRead);
            }
            let organization = team.organization.clone().ok_or(Misuse::NoTeam)?;
            let names = [team.organization_name(), organization.clone()];
            let rows = team.roster.entries().map(|entry| &entry.row);
            let plan = plan_file(&caller, rows, names.each_ref().map(String::as_str), &list);
            let mut batch = Batch::planned(organization, plan.kind, None, plan.items);
            batch.from_file = true;
            batch.undoes = plan.undoes;
            Ok(batch)
        })
    }

    /// Plans a batch that undoes the changes of the current one.
    pub(crate) fn undo_batch(&self) -> Result<(), Failure> {
        let caller = self.state.read().caller()?;
        self.plan(|team| {
            let batch = team.batch.as_ref().ok_or(Misuse::NoBatch)?;
            Ok(plan_undo(&caller, &team.roster, batch))
        })
    }

    /// A window of the rows of the batch; with `only`, of the rows in this state.
    pub(crate) fn batch_rows(
        &self,
        only: Option<BatchRowState>,
        from: usize,
        count: usize,
    ) -> Result<BatchWindow, Failure> {
        self.team.read(|team| Ok(team.batch.as_ref().ok_or(Misuse::NoBatch)?.window(only, from, count)))
    }

    /// Cancels the changes that were not sent yet. Changes in flight are completed.
    pub(crate) fn cancel_batch(&self) {
        self.change_batch(|team| {
            if let Some(batch) = &mut team.batch {
                batch.cancel.send_replace(true);
                batch.cancel_rest();
            }
        });
    }

    /// Removes the batch, and cancels it if it is running.
    pub(crate) fn close_batch(&self) {
        self.change_batch(|team| {
            if let Some(batch) = team.batch.take() {
                batch.cancel.send_replace(true);
            }
        });
    }

    /// Changes the open team. Does nothing if no team is open, because then there is no batch.
    fn change_batch(&self, change: impl FnOnce(&mut Team)) {
        let changed = self.team.update(|team| {
            change(team);
            Ok(())
        });
        changed.unwrap_or_else(|error| tracing::debug!(%error, "no batch was changed"));
    }

    /// Replaces the batch by a new plan, unless it is running.
    fn plan(&self, make: impl FnOnce(&mut Team) -> Result<Batch, Failure>) -> Result<(), Failure> {
        self.team.update(|team| {
            let former = team.batch.as_ref();
            if former.is_some_and(|batch| matches!(batch.state, BatchState::Running | BatchState::Waiting)) {
                return Err(Misuse::BatchRunning.into());
            }
            team.batch = Some(make(team)?);
            Ok(())
        })
    }
}
