//! The file edits.json of an export: changes that the server does not have yet.

use std::collections::BTreeMap;

use lapel_store::{Draft, DraftPicture, Edit, EditState, EditValue, RejectionDocument};
use serde::Serialize;

use super::account_data::AccountData;
use crate::kernel::downloads::date_time;

/// All changes that the server does not have yet.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ExportedEdits {
    edits: Vec<ExportedEdit>,
    #[serde(skip_serializing_if = "Option::is_none")]
    draft: Option<ExportedDraft>,
}

/// A saved change of one field.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ExportedEdit {
    field: &'static str,
    /// `sending`, `waiting`, `refused` or `conflict`.
    state: &'static str,
    saved_at: String,
    before: String,
    value: ExportedValue,
    #[serde(skip_serializing_if = "Option::is_none")]
    server_value: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<RejectionDocument>,
}

/// What is typed and not saved.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ExportedDraft {
    typed_at: String,
    before: BTreeMap<&'static str, String>,
    values: BTreeMap<&'static str, ExportedValue>,
}

/// A value, or the file of the archive that has it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
enum ExportedValue {
    Text(String),
    File(String),
    /// A picture that is no longer on this computer.
    Missing,
}

/// The names of the pictures' files in the archive, by the ids of the pictures.
type FileNames<'a> = [(&'a str, String)];

/// The content of the file; none if there is no edit and no draft.
pub(super) fn exported_edits(data: &AccountData, names: &FileNames<'_>) -> Option<ExportedEdits> {
    let edits: Vec<_> = data.edits.iter().map(|edit| exported_edit(edit, names)).collect();
    let draft = data.draft.as_ref().map(|draft| exported_draft(draft, names));
    (!edits.is_empty() || draft.is_some()).then_some(ExportedEdits { edits, draft })
}

fn exported_edit(edit: &Edit, names: &FileNames<'_>) -> ExportedEdit {
    let (state, server_value, reason) = match &edit.state {
        EditState::Waiting if edit.in_flight => ("sending", None, None),
        EditState::Waiting => ("waiting", None, None),
        EditState::Refused { reason } => ("refused", None, Some(reason.as_ref().clone())),
        EditState::Conflict { theirs, .. } => ("conflict", Some(theirs.clone()), None),
    };
    let value = match &edit.mine {
        EditValue::Text(text) => ExportedValue::Text(text.clone()),
        EditValue::LocalPicture(id) => file(id, names),
    };
    let (before, saved_at) = (edit.base.clone(), date_time(edit.made_at));
    ExportedEdit { field: edit.field.as_str(), state, saved_at, before, value, server_value, reason }
}

fn exported_draft(draft: &Draft, names: &FileNames<'_>) -> ExportedDraft {
    let (typed, base) = (&draft.values, &draft.values.base);
    let text = |text: &Option<String>| text.clone().map(ExportedValue::Text);
    let picture = typed.picture.as_ref().map(|picture| match picture {
        DraftPicture::Removed => ExportedValue::Text(String::new()),
        DraftPicture::Url { url } => ExportedValue::Text(url.clone()),
        DraftPicture::Held { id } => file(id, names),
    });
    let values = [
        ("firstName", text(&typed.first_name)),
        ("lastName", text(&typed.last_name)),
        ("language", text(&typed.language)),
        ("picture", picture),
        ("role", text(&typed.role)),
    ];
    let before = [
        ("firstName", base.first_name.clone()),
        ("lastName", base.last_name.clone()),
        ("language", base.language.clone()),
        ("picture", base.picture.clone()),
    ];
    ExportedDraft { typed_at: date_time(draft.saved_at), before: present(before), values: present(values) }
}

fn present<T>(fields: impl IntoIterator<Item = (&'static str, Option<T>)>) -> BTreeMap<&'static str, T> {
    fields.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
}

fn file(id: &str, names: &FileNames<'_>) -> ExportedValue {
    let name = names.iter().find(|(known, _)| *known == id).map(|(_, name)| name.clone());
    name.map_or(ExportedValue::Missing, ExportedValue::File)
}
