//! What may be made of the roles of a row: the rules of `lapel_domain` for the caller and the row at hand, in the words of
//! the page. Nothing is changed here.

use lapel_domain::{
    AbilityChange, Collaborator, RoleDenial, TeamRole, TeamRoleDenial, UserRole, can_undo_team_role,
    can_undo_user_role, check_user_role_change, confirm_team_role, confirm_user_role, may_change_team_role,
    team_role_options, user_role_options,
};

use super::change::row_gone;
use super::{Caller, no_team};
use crate::app::App;
use crate::views::{Ability, AppError, Confirmation, ErrorCode, RoleDialog, RoleKind, RoleOffer, TeamRoleChoice};

impl App {
    /// What may be made of the roles of a row, as far as is known without asking the server.
    ///
    /// # Errors
    /// [`ErrorCode::RowGone`].
    pub fn role_dialog(&self, id: &str) -> Result<RoleDialog, AppError> {
        let state = self.inner.state();
        let caller = state.caller().ok_or_else(no_team)?;
        let entry = state.team.as_ref().and_then(|team| team.roster.get(id)).ok_or_else(row_gone)?;
        let row = &entry.row;
        Ok(RoleDialog {
            id: row.id.clone(),
            name: row.display_name(),
            email: row.email.clone(),
            is_self: caller.is(row),
            team: team_role_choices(&caller, row),
            user: row.user_role.as_ref().filter(|_| !row.pending).map(|role| user_role_choices(&caller, row, role)),
        })
    }
}

/// The present role of a row, as the server spells it; none where it has none of this kind.
pub(super) fn role_of(row: &Collaborator, kind: RoleKind) -> Option<&str> {
    match kind {
        RoleKind::Team => Some(row.team_role.as_str()),
        RoleKind::User => row.user_role.as_ref().map(UserRole::as_str),
    }
}

/// Whether the rules let the caller give a role to a row.
pub(super) fn check(caller: &Caller, row: &Collaborator, kind: RoleKind, to: &str) -> Result<(), AppError> {
    let denied = |message: String, word| AppError::new(ErrorCode::RoleNotAllowed, message).problem(word);
    match (kind, &row.user_role) {
        (RoleKind::Team, _) => may_change_team_role(&caller.team, caller.is(row), &row.team_role, &to.into())
            .map_err(|denial| denied(denial.to_string(), team_word(denial))),
        (RoleKind::User, Some(role)) if row.user_id.is_some() => check_user_role_change(&caller.user, role, &to.into())
            .map_err(|denial| denied(denial.to_string(), user_word(denial))),
        (RoleKind::User, _) => Err(denied("an invitation has no user role".to_owned(), "pending")),
    }
}

/// Whether the caller can set the present role of a row again after it was changed.
pub(super) fn can_undo(caller: &Caller, row: &Collaborator, kind: RoleKind, to: &str) -> bool {
    match kind {
        RoleKind::Team => can_undo_team_role(&caller.team, caller.is(row), &row.team_role, &to.into()),
        RoleKind::User => {
            let undo = |role| can_undo_user_role(&caller.user, caller.is(row), role, &to.into());
            row.user_role.as_ref().is_some_and(undo)
        }
    }
}

/// Whether giving a role to a row is asked once more.
pub(super) fn confirmation(caller: &Caller, row: &Collaborator, kind: RoleKind, to: &str) -> Option<Confirmation> {
    let confirmation = match kind {
        RoleKind::Team => confirm_team_role(caller.is(row), &to.into()),
        RoleKind::User => confirm_user_role(caller.is(row), row.user_role.as_ref()?, &to.into()),
    };
    confirmation.map(Into::into)
}

fn team_role_choices(caller: &Caller, row: &Collaborator) -> RoleOffer {
    let (is_self, old) = (caller.is(row), &row.team_role);
    let roles = team_role_options(&caller.team, is_self, old);
    let choice = |new: &TeamRole| {
        let change = AbilityChange::between(old.abilities(), new.abilities());
        choice(caller, row, RoleKind::Team, new.as_str(), change)
    };
    // Any other role tells why none may be given.
    let other = if *old == TeamRole::Viewer { TeamRole::Editor } else { TeamRole::Viewer };
    let denial =
        || may_change_team_role(&caller.team, is_self, old, &other).err().map(|denial| team_word(denial).to_owned());
    RoleOffer {
        role: old.as_str().to_owned(),
        choices: roles.iter().map(choice).collect(),
        reason: if roles.is_empty() { denial() } else { None },
    }
}

fn user_role_choices(caller: &Caller, row: &Collaborator, old: &UserRole) -> RoleOffer {
    let roles = user_role_options(&caller.user, old);
    let choice = |new: &UserRole| {
        let change = AbilityChange::between(old.abilities(), new.abilities());
        choice(caller, row, RoleKind::User, new.as_str(), change)
    };
    let other = if *old == UserRole::User { UserRole::AdminViewer } else { UserRole::User };
    let denial = || check_user_role_change(&caller.user, old, &other).err().map(|denial| user_word(denial).to_owned());
    RoleOffer {
        role: old.as_str().to_owned(),
        choices: roles.iter().map(choice).collect(),
        reason: if roles.is_empty() { denial() } else { None },
    }
}

fn choice(
    caller: &Caller,
    row: &Collaborator,
    kind: RoleKind,
    to: &str,
    change: Option<AbilityChange>,
) -> TeamRoleChoice {
    let words = |abilities: Vec<lapel_domain::Ability>| abilities.into_iter().map(Into::into).collect();
    let (gained, lost) = change.map(|change| (words(change.gained), words(change.lost))).unwrap_or_default();
    TeamRoleChoice {
        role: to.to_owned(),
        gained,
        lost,
        confirmation: confirmation(caller, row, kind, to),
        can_undo: can_undo(caller, row, kind, to),
    }
}

fn team_word(denial: TeamRoleDenial) -> &'static str {
    match denial {
        TeamRoleDenial::NoRight => "noRight",
        TeamRoleDenial::GivesOwner => "givesOwner",
        TeamRoleDenial::GivesUnknown => "givesUnknown",
        TeamRoleDenial::OwnOwnership => "ownOwnership",
        TeamRoleDenial::TakesOwner => "takesOwner",
        TeamRoleDenial::NoChange => "noChange",
        TeamRoleDenial::OnlyOwners => "onlyOwners",
    }
}

fn user_word(denial: RoleDenial) -> &'static str {
    match denial {
        RoleDenial::OnlyAdmins => "onlyAdmins",
        RoleDenial::TakesServiceAccount => "takesServiceAccount",
        RoleDenial::NotGiven => "notGiven",
        RoleDenial::NoChange => "noChange",
    }
}

impl From<lapel_domain::Ability> for Ability {
    fn from(ability: lapel_domain::Ability) -> Self {
        use lapel_domain::Ability::{
            EditContent, EditOwnProfile, ManageAdmins, ManageTeam, ManageUsers, ViewAdministration, ViewContent,
        };
        match ability {
            ViewContent => Self::ViewContent,
            EditContent => Self::EditContent,
            ManageTeam => Self::ManageTeam,
            ManageAdmins => Self::ManageAdmins,
            EditOwnProfile => Self::EditOwnProfile,
            ViewAdministration => Self::ViewAdministration,
            ManageUsers => Self::ManageUsers,
        }
    }
}

impl From<lapel_domain::Confirmation> for Confirmation {
    fn from(confirmation: lapel_domain::Confirmation) -> Self {
        match confirmation {
            lapel_domain::Confirmation::StepsDown => Self::StepsDown,
            lapel_domain::Confirmation::GivesAdmin => Self::GivesAdmin,
        }
    }
}
