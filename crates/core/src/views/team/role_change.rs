//! Changing one role: the roles to choose from, their effects, and the history of all changes.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::TagsChangeRequest;

/// One of the two roles of a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum RoleKind {
    /// The role in one team.
    Team,
    /// The role in the whole service.
    User,
}

/// What a batch or an entry of the history changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum ChangeKind {
    /// The role in one team.
    Team,
    /// The role in the whole service.
    User,
    /// Tags.
    Tags,
}

impl ChangeKind {
    /// The role that is changed; none for tags.
    pub(crate) fn role(self) -> Option<RoleKind> {
        match self {
            Self::Team => Some(RoleKind::Team),
            Self::User => Some(RoleKind::User),
            Self::Tags => None,
        }
    }
}

impl From<RoleKind> for ChangeKind {
    fn from(kind: RoleKind) -> Self {
        match kind {
            RoleKind::Team => Self::Team,
            RoleKind::User => Self::User,
        }
    }
}

/// Something that a role allows. The page has a text for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum Ability {
    /// View the content of the organization.
    ViewContent,
    /// Edit the content of the organization.
    EditContent,
    /// Change the roles of editors, viewers and unassigned collaborators.
    ManageTeam,
    /// Give others the team role admin, and take it away.
    ManageAdmins,
    /// Edit one's own name, picture and language.
    EditOwnProfile,
    /// View everything that an administrator can view.
    ViewAdministration,
    /// Change names, pictures, languages and user roles of others.
    ManageUsers,
}

/// Why a change needs a confirmation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum Confirmation {
    /// The user gives up rights and cannot get them back on their own.
    StepsDown,
    /// Somebody becomes an admin.
    GivesAdmin,
    /// Several people lose the role admin at once.
    TakesAdmin,
}

/// A role that the user may give.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct TeamRoleChoice {
    /// The role as the server spells it.
    pub role: String,
    /// Abilities that the person gains; also empty if the current role is unknown.
    pub gained: Vec<Ability>,
    /// Abilities that the person loses; also empty if the current role is unknown.
    pub lost: Vec<Ability>,
    /// The confirmation that the change needs; none if it needs none.
    pub confirmation: Option<Confirmation>,
    /// Whether the user can undo the change.
    pub can_undo: bool,
}

/// One of the two roles of a row, and the roles that may be given instead.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct RoleOffer {
    /// The current role as the server spells it.
    pub role: String,
    /// The roles that may be given instead, the one with the most rights first; empty if none may.
    pub choices: Vec<TeamRoleChoice>,
    /// Why no role may be given, as a fixed word: `noRight`, `ownOwnership`, `takesOwner`, `onlyOwners`,
    /// `onlyAdmins`, `takesServiceAccount`.
    pub reason: Option<String>,
}

/// The data of the dialog for changing the roles of a row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct RoleDialog {
    /// Id of the row.
    pub id: String,
    /// The display name.
    pub name: String,
    /// The email address.
    pub email: String,
    /// Whether this is the signed-in user.
    pub is_self: bool,
    /// The team role.
    pub team: RoleOffer,
    /// The user role; none for an invitation.
    pub user: Option<RoleOffer>,
}

/// A request to change one role.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct RoleChangeRequest {
    /// Id of the row.
    pub id: String,
    /// Which of the two roles.
    pub kind: RoleKind,
    /// The role that the user saw. If the server has another one now, nothing is changed.
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
    /// The display name.
    pub name: String,
    /// Which of the two roles.
    pub kind: RoleKind,
    /// The role before.
    pub from: String,
    /// The role now.
    pub to: String,
    /// Whether the user can give the former role again.
    pub can_undo: bool,
}

/// The outcome of a change in the history.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum HistoryOutcome {
    /// The change was made.
    Made,
    /// The change was not made.
    Failed,
    /// It is not known whether the change was made.
    Unknown,
}

/// A change of a role or of tags that was made or attempted from this computer, or all changes of a batch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct HistoryRow {
    /// When, in milliseconds since 1970; of a batch, when the last change was sent.
    #[ts(type = "number")]
    pub at: i64,
    /// Id of the batch, which can be opened; none for a single change.
    pub batch: Option<String>,
    /// Whether this is a batch that undoes earlier changes.
    pub undoes: bool,
    /// Whether this is the batch that is running now.
    pub running: bool,
    /// Number of people, by outcome. A search counts only those that it finds.
    pub counts: HistoryCounts,
    /// The name of the person who was changed; of a batch, of one of them. Records of earlier versions also have
    /// the email address here.
    pub name: String,
    /// The email address at that time; empty in records of earlier versions.
    pub email: String,
    /// Name of the organization; its id if the organization is not known any more.
    pub organization: String,
    /// Who made the change: email address or id of the account on this computer.
    pub by: String,
    /// What was changed.
    pub kind: ChangeKind,
    /// The role before; none if it differs within the batch. For tags, a list in JSON of the tags to remove.
    pub from: Option<String>,
    /// The requested role; none if it differs within the batch. For tags, a list in JSON of the tags to add.
    pub to: Option<String>,
    /// The outcome; of a batch, that of most changes that were tried.
    pub outcome: HistoryOutcome,
    /// The change that undoes this change of a role; none for a batch, and if the change cannot be undone from the open
    /// team.
    pub undo: Option<RoleChangeRequest>,
    /// The change that undoes this change of tags, in the same way. It keeps what others have changed meanwhile.
    pub undo_tags: Option<TagsChangeRequest>,
}

/// Numbers of people, by the last outcome.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct HistoryCounts {
    /// Made.
    pub made: u32,
    /// Not made.
    pub failed: u32,
    /// Perhaps made.
    pub unknown: u32,
    /// Not sent: the batch was interrupted or cancelled before, or is still running.
    pub not_tried: u32,
}

/// A window of the history, the latest change first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct HistoryWindow {
    /// Number of rows that the search finds. The changes of a batch are one row.
    #[ts(type = "number")]
    pub found: usize,
    /// Index of the first change in this window.
    #[ts(type = "number")]
    pub from: usize,
    /// The changes.
    pub rows: Vec<HistoryRow>,
}
