//! Planning, displaying, cancelling and closing batches. `plan` and `import` make plans, `run` runs them.

use lapel_domain::TagsChange;
use lapel_store::AccountId;

use super::batch::{Batch, BatchTeam, Wish};
use super::import_file::read_list;
use super::import_plan::plan_file;
use super::plan::{plan_row, plan_tags, plan_undo};
use super::service::TeamService;
use super::team_cell::Team;
use crate::kernel::error::Failure;
use crate::kernel::error_reasons::Misuse;
use crate::views::{BatchRowState, BatchState, BatchWindow, ChangeKind, RoleKind, TagsEdit, TeamQuery};

impl TeamService {
    /// Plans one role for all selected rows that a query finds.
    pub(crate) fn plan_batch(&self, query: &TeamQuery, kind: RoleKind, role: &str) -> Result<(), Failure> {
        let caller = self.state.read().caller()?;
        self.plan(|team, organization| {
            let rows = team.roster.selected_entries(query);
            let items = rows.into_iter().map(|entry| plan_row(&caller, &entry.row, kind, role)).collect();
            Ok(Batch::planned(organization, kind.into(), Some(Wish::Role(role.to_owned())), items))
        })
    }

    /// Plans to add tags to all selected rows that a query finds, and to remove others from them.
    pub(crate) fn plan_tags(&self, query: &TeamQuery, edit: &TagsEdit) -> Result<(), Failure> {
        let caller = self.state.read().caller()?;
        let wished = TagsChange::new(&edit.remove, &edit.add)?;
        let edit = TagsEdit { add: wished.added.clone(), remove: wished.removed.clone() };
        self.plan(|team, organization| {
            let rows = team.roster.selected_entries(query);
            let items = rows.into_iter().map(|entry| plan_tags(&caller, &entry.row, &wished)).collect();
            Ok(Batch::planned(organization, ChangeKind::Tags, Some(Wish::Tags(edit)), items))
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
        self.team.read(|team| if team.as_of.is_none() { Err(Failure::TeamNotRead) } else { Ok(()) })?;
        self.plan(|team, organization| {
            let names = [organization.name.as_str(), organization.id.as_str()];
            let plan = plan_file(&caller, team.roster.entries().map(|entry| &entry.row), names, &list);
            let mut batch = Batch::planned(organization, plan.kind.into(), None, plan.items);
            batch.from_file = true;
            batch.undoes = plan.undoes;
            Ok(batch)
        })
    }

    /// Plans a batch that undoes the changes of the current one. Opens its team.
    ///
    /// Fails if an unknown outcome cannot be looked up.
    pub(crate) async fn undo_batch(&self) -> Result<(), Failure> {
        self.open_team_of_batch().await?;
        self.look_up_now().await?;
        let caller = self.state.read().caller()?;
        self.plan(|team, _| self.batch.read(|batch| Ok(plan_undo(&caller, &team.roster, batch))))
    }

    /// A window of the rows of the batch; with `only`, of the rows in this state.
    pub(crate) fn batch_rows(
        &self,
        only: Option<BatchRowState>,
        from: usize,
        count: usize,
    ) -> Result<BatchWindow, Failure> {
        self.batch.read(|batch| Ok(batch.window(only, from, count)))
    }

    /// Cancels the changes that were not sent yet. Changes in flight are completed.
    pub(crate) fn cancel_batch(&self) -> Result<(), Failure> {
        self.batch.update(|batch| {
            batch.cancel.send_replace(true);
            batch.cancel_rest();
            Ok(())
        })
    }

    /// Removes the batch. It is not offered again after a start, but the history keeps it. After a plan, the batch whose
    /// place it had taken is shown again.
    pub(crate) async fn close_batch(&self) -> Result<(), Failure> {
        let account = self.state.read().active_account()?.id;
        let is_plan = self.batch.replace(|batch| match batch.take() {
            Some(running) if running.is_running() => {
                *batch = Some(running);
                Err(Failure::BatchRunning)
            }
            Some(plan) if plan.state == BatchState::Planned => {
                *batch = plan.former.map(|former| *former);
                Ok(true)
            }
            closed => Ok(closed.is_none()),
        })?;
        if !is_plan {
            self.close_stored(account).await;
        }
        Ok(())
    }

    /// Marks the stored batches of an account as closed.
    pub(super) async fn close_stored(&self, account: AccountId) {
        let closed = self.disk.run(move |store| store.close_role_batches(account)).await;
        closed.unwrap_or_else(|error| tracing::warn!(%error, "a finished batch will be offered again"));
    }

    /// Replaces the batch by a new plan, unless it is running.
    fn plan(&self, make: impl FnOnce(&mut Team, BatchTeam) -> Result<Batch, Failure>) -> Result<(), Failure> {
        if self.batch.read(|batch| Ok(batch.is_running())).unwrap_or_default() {
            return Err(Failure::BatchRunning);
        }
        let mut plan = self.team.read(|team| {
            let id = team.organization.clone().ok_or(Misuse::NoTeam)?;
            let mut batch = make(team, BatchTeam { id, name: team.organization_name() })?;
            for item in &mut batch.items {
                item.seen = team.roster.get(&item.id).and_then(|entry| entry.seen);
            }
            Ok(batch)
        })?;
        self.batch.replace(|batch| {
            if batch.as_ref().is_some_and(Batch::is_running) {
                return Err(Failure::BatchRunning);
            }
            // Discarding a plan must not lose the way to continue or to undo the batch before it.
            plan.former = match batch.take() {
                Some(before) if before.state == BatchState::Planned => before.former,
                before => before.map(Box::new),
            };
            *batch = Some(plan);
            Ok(())
        })
    }
}
