//! Changing one role: what is on offer, what it brings, and the record of it.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Which of a person's two roles.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum RoleKind {
    /// The role in the team.
    Team,
    /// The role on the whole service.
    User,
}

/// What a role lets a person do, in closed words that the page spells out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum Ability {
    /// Sees the content of the organization.
    ViewContent,
    /// Changes it.
    EditContent,
    /// Changes the roles of editors, viewers and unassigned collaborators.
    ManageTeam,
    /// Makes others admins of the team, and takes it from them.
    ManageAdmins,
    /// Changes the own name, picture and language.
    EditOwnProfile,
    /// Sees what an administrator sees.
    ViewAdministration,
    /// Changes names, pictures, languages and user roles of others.
    ManageUsers,
}

/// Why a change is asked once more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum Confirmation {
    /// The person gives up rights and cannot take them back.
    StepsDown,
    /// Somebody becomes an admin.
    GivesAdmin,
}

/// A role that may be given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct TeamRoleChoice {
    /// The role as the server spells it.
    pub role: String,
    /// What the row can do then and cannot now; empty also where the present role is unknown.
    pub gained: Vec<Ability>,
    /// What it can do now and cannot then.
    pub lost: Vec<Ability>,
    /// Whether it is asked once more, and why.
    pub confirmation: Option<Confirmation>,
    /// Whether the person can take it back afterwards.
    pub can_undo: bool,
}

/// One of a row's two roles, and what may be made of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct RoleOffer {
    /// The present role as the server spells it.
    pub role: String,
    /// What may be given instead, the one with the most rights first; empty where nothing may.
    pub choices: Vec<TeamRoleChoice>,
    /// Why nothing may, as a closed word: `noRight`, `ownOwnership`, `takesOwner`, `onlyOwners`, `onlyAdmins`,
    /// `takesServiceAccount`.
    pub reason: Option<String>,
}

/// What the dialog for changing a role opens on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct RoleDialog {
    /// Id of the row.
    pub id: String,
    /// The shown name.
    pub name: String,
    /// The email address.
    pub email: String,
    /// Whether this is the signed-in person.
    pub is_self: bool,
    /// The team role.
    pub team: RoleOffer,
    /// The user role; none for an invitation.
    pub user: Option<RoleOffer>,
}

/// A change of one role.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct RoleChangeRequest {
    /// Id of the row.
    pub id: String,
    /// Which role.
    pub kind: RoleKind,
    /// The role that the person saw: where the server has another one by now, nothing is changed.
    pub from: String,
    /// The role to give.
    pub to: String,
}

/// A change that was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct RoleChanged {
    /// Id of the row.
    pub id: String,
    /// The shown name.
    pub name: String,
    /// Which role.
    pub kind: RoleKind,
    /// The role before.
    pub from: String,
    /// The role now.
    pub to: String,
    /// Whether the person can set the former role again.
    pub can_undo: bool,
}

/// What became of a change in the history.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum HistoryOutcome {
    /// The server said yes.
    Made,
    /// It was not made.
    Failed,
    /// Nobody knows whether it was made.
    Unknown,
}

/// A change of a role, made or tried from this computer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct HistoryRow {
    /// When, in milliseconds since 1970.
    #[ts(type = "number")]
    pub at: i64,
    /// Whose role.
    pub name: String,
    /// Name of the organization; its id where it is no longer known.
    pub organization: String,
    /// Who changed it: the account of this computer.
    pub by: String,
    /// Which role.
    pub kind: RoleKind,
    /// The role before.
    pub from: String,
    /// The role that was asked for.
    pub to: String,
    /// What became of it.
    pub outcome: HistoryOutcome,
}

/// Some of the history, the latest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct HistoryWindow {
    /// How many changes the search finds.
    #[ts(type = "number")]
    pub found: usize,
    /// Place of the first one here.
    #[ts(type = "number")]
    pub from: usize,
    /// The changes.
    pub rows: Vec<HistoryRow>,
}
