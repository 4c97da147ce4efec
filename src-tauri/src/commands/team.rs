//! The team list and a member's details.

use lapel_core::App;
use lapel_core::views::{
    AppError, CopiedEmails, DraftValues, Exported, FoundPeople, ListSeparator, PersonView, ProfileChanges, Revision,
    SelectionChange, TeamQuery, TeamWindow,
};
use tauri::State;

#[tauri::command]
pub(crate) async fn open_team(core: State<'_, App>, organization: Option<String>) -> Result<Revision, AppError> {
    core.open_team(organization).await
}

#[tauri::command]
pub(crate) async fn refresh_team(core: State<'_, App>) -> Result<Revision, AppError> {
    Ok(core.refresh_team())
}

#[tauri::command]
pub(crate) async fn team_rows(
    core: State<'_, App>,
    query: TeamQuery,
    from: usize,
    count: usize,
) -> Result<TeamWindow, AppError> {
    core.team_rows(&query, from, count)
}

#[tauri::command]
pub(crate) async fn find_people(core: State<'_, App>, search: String) -> Result<FoundPeople, AppError> {
    core.find_people(&search).await
}

#[tauri::command]
pub(crate) async fn select_team(
    core: State<'_, App>,
    query: TeamQuery,
    change: SelectionChange,
) -> Result<(), AppError> {
    core.select_team(&query, &change)
}

#[tauri::command]
pub(crate) async fn export_team(
    core: State<'_, App>,
    query: TeamQuery,
    separator: ListSeparator,
) -> Result<Exported, AppError> {
    core.export_team(&query, separator).await
}

#[tauri::command]
pub(crate) async fn copy_team_emails(core: State<'_, App>, query: TeamQuery) -> Result<CopiedEmails, AppError> {
    core.copy_team_emails(&query).await
}

#[tauri::command]
pub(crate) async fn open_person(core: State<'_, App>, id: String) -> Result<PersonView, AppError> {
    core.open_person(&id).await
}

#[tauri::command]
pub(crate) async fn save_person(
    core: State<'_, App>,
    id: String,
    changes: ProfileChanges,
) -> Result<Revision, AppError> {
    core.save_person(&id, changes).await
}

#[tauri::command]
pub(crate) async fn keep_person_draft(
    core: State<'_, App>,
    id: String,
    draft: Option<DraftValues>,
) -> Result<(), AppError> {
    core.keep_person_draft(&id, draft).await
}
