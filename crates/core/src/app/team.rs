//! The team and the roles of its members.

use super::App;
use crate::views::{
    AppError, BatchRowState, BatchWindow, Changed, DraftValues, Exported, HistoryWindow, PersonView, ProfileChanges,
    Revision, RoleChangeRequest, RoleChanged, RoleDialog, RoleKind, SelectionChange, TeamQuery, TeamWindow,
};

impl App {
    /// Shows the team of an organization, or of the one that was open last: its cached rows first, then a refresh.
    pub async fn open_team(&self, organization: Option<String>) -> Result<Revision, AppError> {
        self.revision_after(self.services.team.open_team(organization).await)
    }

    /// Reads the team from the server again.
    pub fn refresh_team(&self) -> Revision {
        self.services.team.start_refresh();
        self.revision()
    }

    /// A window of the rows that a query finds.
    pub fn team_rows(&self, query: &TeamQuery, from: usize, count: usize) -> Result<TeamWindow, AppError> {
        Ok(self.services.team.rows(query, from, count)?)
    }

    /// Changes the selection among the rows that a query finds.
    pub fn select_team(&self, query: &TeamQuery, change: &SelectionChange) -> Result<(), AppError> {
        Ok(self.services.team.select(query, change)?)
    }

    /// Writes the rows that a query finds into the folder for downloads.
    ///
    /// [`crate::views::ErrorCode::ExportFailed`].
    pub async fn export_team(&self, query: &TeamQuery) -> Result<Exported, AppError> {
        Ok(self.services.team.export(query).await?)
    }

    /// The details of a row, with the draft about it.
    ///
    /// [`crate::views::ErrorCode::RowGone`], or see above.
    pub async fn open_person(&self, id: &str) -> Result<PersonView, AppError> {
        Ok(self.services.team.open_person(id).await?)
    }

    /// Stores what is typed about somebody and not saved, or removes it.
    pub async fn keep_person_draft(&self, id: &str, values: Option<DraftValues>) -> Result<(), AppError> {
        Ok(self.services.team.keep_person_draft(id, values).await?)
    }

    /// Changes name, picture or language of somebody else, and returns after the server has confirmed it.
    ///
    /// [`crate::views::ErrorCode::PersonMoved`] if a changed field has another value than the person saw, `RowGone`, a value
    /// that is not valid, or what the server said. Then nothing was changed.
    pub async fn save_person(&self, id: &str, changes: ProfileChanges) -> Result<Revision, AppError> {
        self.revision_after(self.services.team.save_person(id, changes).await)
    }

    /// The roles that may be given to a row, as far as is known without asking the server.
    ///
    /// [`crate::views::ErrorCode::RowGone`].
    pub fn role_dialog(&self, id: &str) -> Result<RoleDialog, AppError> {
        Ok(self.services.team.role_dialog(id)?)
    }

    /// Changes a role, and returns after the server has confirmed it.
    ///
    /// [`crate::views::ErrorCode::RoleMoved`] if the row has another role than the person saw, `RowGone`, `RoleNotAllowed`, or
    /// what the server said.
    pub async fn change_role(&self, request: RoleChangeRequest) -> Result<Changed<RoleChanged>, AppError> {
        let value = self.services.team.change_role(request).await?;
        Ok(Changed { revision: self.revision(), value })
    }

    /// Plans one role for all selected rows that a query finds.
    ///
    /// When a batch is running, or see above.
    pub fn plan_batch(&self, query: &TeamQuery, kind: RoleKind, role: &str) -> Result<Revision, AppError> {
        self.revision_after(self.services.team.plan_batch(query, kind, role))
    }

    /// Plans team roles from a file of email addresses and roles. What is wrong with single lines is part of the plan.
    ///
    /// [`crate::views::ErrorCode::NotAList`], or `TeamNotRead` if the team was never read to its end.
    pub fn import_batch(&self, bytes: &[u8]) -> Result<Revision, AppError> {
        self.revision_after(self.services.team.import_batch(bytes))
    }

    /// A window of the rows of the batch, with `only` those in a state.
    ///
    /// When there is no batch.
    pub fn batch_rows(&self, only: Option<BatchRowState>, from: usize, count: usize) -> Result<BatchWindow, AppError> {
        Ok(self.services.team.batch_rows(only, from, count)?)
    }

    /// Makes the planned changes, in the background.
    ///
    /// When there is no plan, or no session.
    pub fn run_batch(&self) -> Result<Revision, AppError> {
        self.revision_after(self.services.team.run_batch())
    }

    /// Makes no more changes. Those that were sent are completed.
    pub fn cancel_batch(&self) -> Revision {
        self.services.team.cancel_batch();
        self.revision()
    }

    /// Repeats what failed or was cancelled, from the roles that the rows have now, in the background.
    ///
    /// When no batch has ended, or there is no session.
    pub fn retry_batch(&self) -> Result<Revision, AppError> {
        self.revision_after(self.services.team.retry_batch())
    }

    /// Plans the way back of what the batch has made.
    ///
    /// When there is no batch, or it is running.
    pub fn undo_batch(&self) -> Result<Revision, AppError> {
        self.revision_after(self.services.team.undo_batch())
    }

    /// Forgets the batch. A running one is cancelled.
    pub fn close_batch(&self) -> Revision {
        self.services.team.close_batch();
        self.revision()
    }

    /// A window of the role changes made from this computer that contain a text, the latest first.
    pub async fn role_history(&self, search: &str, from: usize, count: usize) -> Result<HistoryWindow, AppError> {
        Ok(self.services.team.role_history(search, from, count).await?)
    }

    /// Writes the role changes that contain a text into the folder for downloads.
    ///
    /// [`crate::views::ErrorCode::ExportFailed`].
    pub async fn export_history(&self, search: &str) -> Result<Exported, AppError> {
        Ok(self.services.team.export_history(search).await?)
    }
}
