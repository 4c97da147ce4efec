//! The details of somebody else, and the draft of the form for them.

use serde::Serialize;
use ts_rs::TS;

use super::super::DraftValues;
use super::TeamRow;

/// A row of the team with all its details.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct PersonView {
    /// The row.
    pub row: TeamRow,
    /// Given name; empty if there is none.
    pub first_name: String,
    /// Family name; empty if there is none.
    pub last_name: String,
    /// Address of the picture, empty if there is none. It is the base value of a changed picture.
    pub picture_address: String,
    /// Last change on the server, in milliseconds since 1970.
    #[ts(type = "number | null")]
    pub updated_at: Option<i64>,
    /// Whether the user may change name, picture and language. Never for an invitation, and never for the user's own
    /// row: they use the profile page.
    pub can_edit: bool,
    /// The draft: values that were typed and not saved.
    pub draft: Option<DraftValues>,
}
