//! Somebody else's details, and the form for them.

use serde::Serialize;
use ts_rs::TS;

use super::super::DraftValues;
use super::TeamRow;

/// A row of the team with everything that is known of it.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct PersonView {
    /// The row.
    pub row: TeamRow,
    /// Given name; empty where there is none.
    pub first_name: String,
    /// Family name; empty where there is none.
    pub last_name: String,
    /// Address of the picture as it is kept, empty where there is none; what a changed picture starts from.
    pub picture_address: String,
    /// Last change on the server, in milliseconds since 1970.
    #[ts(type = "number | null")]
    pub updated_at: Option<i64>,
    /// Whether name, picture and language can be changed here and now. Never for an invitation, nor for the signed-in
    /// person, whose own page is the place for it.
    pub can_edit: bool,
    /// What was typed and not saved.
    pub draft: Option<DraftValues>,
}
