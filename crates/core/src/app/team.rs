//! The team, and the roles and tags of its members.

use super::App;
use crate::views::{
    AppError, BatchRowState, BatchWindow, Changed, CopiedEmails, DraftValues, Exported, FoundPeople, HistoryWindow,
    ListSeparator, PersonView, ProfileChanges, Revision, RoleChangeRequest, RoleChanged, RoleDialog, RoleKind,
    SelectionChange, TagSuggestions, TagsChangeRequest, TagsChanged, TagsEdit, TeamQuery, TeamWindow,
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

    /// The people of the open or cached team that a search finds, the best matches first. The list of the team stays as it
    /// is.
    pub async fn find_people(&self, search: &str) -> Result<FoundPeople, AppError> {
        Ok(self.services.team.find_people(search).await?)
    }

    /// Changes the selection among the rows that a query finds.
    pub fn select_team(&self, query: &TeamQuery, change: &SelectionChange) -> Result<(), AppError> {
        Ok(self.services.team.select(query, change)?)
    }

    /// Writes the rows that a query finds into the folder for downloads. If some of them are selected, writes only
    /// those.
    ///
    /// Fails with [`crate::views::ErrorCode::ExportFailed`] if the file cannot be written.
    pub async fn export_team(&self, query: &TeamQuery, separator: ListSeparator) -> Result<Exported, AppError> {
        Ok(self.services.team.export(query, separator).await?)
    }

    /// Copies the email addresses of the rows that a query finds to the clipboard. If some of them are selected, copies only
    /// theirs.
    ///
    /// Fails with [`crate::views::ErrorCode::NotCopied`].
    pub async fn copy_team_emails(&self, query: &TeamQuery) -> Result<CopiedEmails, AppError> {
        Ok(self.services.team.copy_emails(query).await?)
    }

    /// The details of a row, with the draft of changes to it.
    ///
    /// Fails with [`crate::views::ErrorCode::RowGone`] if the row is no longer in the team.
    pub async fn open_person(&self, id: &str) -> Result<PersonView, AppError> {
        Ok(self.services.team.open_person(id).await?)
    }

    /// Stores the draft of changes to somebody else; without values, removes it.
    pub async fn keep_person_draft(&self, id: &str, values: Option<DraftValues>) -> Result<(), AppError> {
        Ok(self.services.team.keep_person_draft(id, values).await?)
    }

    /// Changes name, picture or language of somebody else, and returns after the server has confirmed it.
    ///
    /// Fails with [`crate::views::ErrorCode::PersonMoved`] if a changed field has another value than the person saw, with
    /// `RowGone`, with the error of an invalid value, or with the error of the request.
    pub async fn save_person(&self, id: &str, changes: ProfileChanges) -> Result<Revision, AppError> {
        self.revision_after(self.services.team.save_person(id, changes).await)
    }

    /// The roles that may be given to a row, according to the cached data.
    ///
    /// Fails with [`crate::views::ErrorCode::RowGone`] if the row is no longer in the team.
    pub fn role_dialog(&self, id: &str) -> Result<RoleDialog, AppError> {
        Ok(self.services.team.role_dialog(id)?)
    }

    /// Changes a role, and returns after the server has confirmed it.
    ///
    /// Fails with [`crate::views::ErrorCode::RoleMoved`] if the row has another role than the person saw, with `RowGone`, with
    /// `RoleNotAllowed`, or with the error of the request.
    pub async fn change_role(&self, request: RoleChangeRequest) -> Result<Changed<RoleChanged>, AppError> {
        let value = self.services.team.change_role(request).await?;
        Ok(Changed { revision: self.revision(), value })
    }

    /// The tags to choose from: those in use, or those of the rows on this computer if the server does not answer. With a
    /// query, also those of the selected rows that it finds.
    pub async fn team_tags(&self, selected: Option<&TeamQuery>) -> Result<TagSuggestions, AppError> {
        Ok(self.services.team.tags(selected).await?)
    }

    /// Changes the tags of a row, and returns after the server has confirmed it. Only tags that differ between the two lists
    /// are changed.
    ///
    /// Fails with [`crate::views::ErrorCode::InvalidTag`], with `TagsMoved` if the row has other tags than the person saw, with
    /// `RowGone`, with `TagsNotAllowed`, or with the error of the request.
    pub async fn change_tags(&self, request: TagsChangeRequest) -> Result<Changed<TagsChanged>, AppError> {
        let value = self.services.team.change_tags(request).await?;
        Ok(Changed { revision: self.revision(), value })
    }

    /// Plans a batch that adds tags to all selected rows that a query finds, and removes others from them.
    ///
    /// Fails with [`crate::views::ErrorCode::InvalidTag`], or if a batch is running.
    pub fn plan_tags(&self, query: &TeamQuery, edit: &TagsEdit) -> Result<Revision, AppError> {
        self.revision_after(self.services.team.plan_tags(query, edit))
    }

    /// Plans a batch that gives one role to all selected rows that a query finds.
    ///
    /// Fails if a batch is running.
    pub fn plan_batch(&self, query: &TeamQuery, kind: RoleKind, role: &str) -> Result<Revision, AppError> {
        self.revision_after(self.services.team.plan_batch(query, kind, role))
    }

    /// Plans team roles from a file of email addresses and roles, or the undo of an exported history. The plan contains
    /// the errors of single lines.
    ///
    /// Fails with [`crate::views::ErrorCode::NotAList`], or with `TeamNotRead` if the team was never read completely.
    pub fn import_batch(&self, bytes: &[u8]) -> Result<Revision, AppError> {
        self.revision_after(self.services.team.import_batch(bytes))
    }

    /// A window of the rows of the batch; if `only` is a state, of the rows in that state.
    ///
    /// Fails if there is no batch.
    pub fn batch_rows(&self, only: Option<BatchRowState>, from: usize, count: usize) -> Result<BatchWindow, AppError> {
        Ok(self.services.team.batch_rows(only, from, count)?)
    }

    /// Makes the planned changes, in the background.
    ///
    /// Fails if there is no plan or no session.
    pub async fn run_batch(&self) -> Result<Revision, AppError> {
        self.revision_after(self.services.team.run_batch().await)
    }

    /// Cancels the rest of the batch. Changes that were already sent are completed.
    ///
    /// Fails if there is no batch.
    pub fn cancel_batch(&self) -> Result<Revision, AppError> {
        self.revision_after(self.services.team.cancel_batch())
    }

    /// Starts again the changes that failed or were cancelled, from the current roles of the rows, in the background. A batch
    /// that waits goes on at once.
    ///
    /// Fails if no batch has ended, or if there is no session.
    pub async fn retry_batch(&self) -> Result<Revision, AppError> {
        self.revision_after(self.services.team.retry_batch().await)
    }

    /// Plans a batch that undoes the changes of the present one.
    ///
    /// Fails if there is no batch, or if it is running.
    pub async fn undo_batch(&self) -> Result<Revision, AppError> {
        self.revision_after(self.services.team.undo_batch().await)
    }

    /// Removes the batch. It is not offered again, but the history keeps it.
    ///
    /// Fails if the batch is running.
    pub async fn close_batch(&self) -> Result<Revision, AppError> {
        self.revision_after(self.services.team.close_batch().await)
    }

    /// Shows a batch of the history again, so that it can be looked at, continued or undone.
    ///
    /// Fails if there is no such batch, or if another one is running.
    pub async fn open_batch(&self, id: &str) -> Result<Revision, AppError> {
        self.revision_after(self.services.team.open_batch(id).await)
    }

    /// A window of the role changes made from this computer that contain a text, the latest first.
    pub async fn role_history(&self, search: &str, from: usize, count: usize) -> Result<HistoryWindow, AppError> {
        Ok(self.services.team.role_history(search, from, count).await?)
    }

    /// Writes the role changes that contain a text into the folder for downloads.
    ///
    /// Fails with [`crate::views::ErrorCode::ExportFailed`] if the file cannot be written.
    pub async fn export_history(&self, search: &str, separator: ListSeparator) -> Result<Exported, AppError> {
        Ok(self.services.team.export_history(search, separator).await?)
    }
}
