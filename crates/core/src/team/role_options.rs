//! The roles that may be given to a row: applies the rules of `lapel_domain` and returns the types of `views`.

use lapel_domain::{
    AbilityChange, Collaborator, TeamRole, UserRole, assignable_team_roles, can_undo_team_role, can_undo_user_role,
    check_user_role_change, confirm_team_role, confirm_user_role, may_change_team_role, team_role_options,
    user_role_options,
};

use crate::kernel::error::Failure;
use crate::kernel::state::Caller;
use crate::views::problem_words::{team_denial_name, user_denial_name};
use crate::views::{Ability, Confirmation, RoleKind, RoleOffer, TeamRoleChoice};

/// The current role of a row, as the server spells it; none if it has no role of this kind.
pub(super) fn role_of(row: &Collaborator, kind: RoleKind) -> Option<&str> {
    match kind {
        RoleKind::Team => Some(row.team_role.as_str()),
        RoleKind::User => row.user_role.as_ref().map(UserRole::as_str),
    }
}

/// Whether somebody with this team role may change the team roles of others.
pub(super) fn may_change_roles(own_role: &TeamRole) -> bool {
    !assignable_team_roles(own_role).is_empty()
}

/// Whether the caller may give a role to a row.
pub(super) fn check(caller: &Caller, row: &Collaborator, kind: RoleKind, to: &str) -> Result<(), Failure> {
    match (kind, &row.user_role) {
        (RoleKind::Team, _) => may_change_team_role(&caller.team, caller.is(row), &row.team_role, &to.into())?,
        (RoleKind::User, Some(role)) if row.user_id.is_some() => {
            check_user_role_change(&caller.user, role, &to.into())?;
        }
        (RoleKind::User, _) => return Err(Failure::NoUserRole),
    }
    Ok(())
}

/// Whether the caller can undo the change of a row.
pub(super) fn can_undo(caller: &Caller, row: &Collaborator, kind: RoleKind, to: &str) -> bool {
    match kind {
        RoleKind::Team => can_undo_team_role(&caller.team, caller.is(row), &row.team_role, &to.into()),
        RoleKind::User => {
            let undo = |role| can_undo_user_role(&caller.user, caller.is(row), role, &to.into());
            row.user_role.as_ref().is_some_and(undo)
        }
    }
}

/// Whether the caller may give any other role of this kind to a row.
pub(super) fn may_change(caller: &Caller, row: &Collaborator, kind: RoleKind) -> bool {
    match kind {
        RoleKind::Team => !team_role_options(&caller.team, caller.is(row), &row.team_role).is_empty(),
        RoleKind::User => {
            let role = row.user_role.as_ref().filter(|_| !row.pending);
            role.is_some_and(|role| !user_role_options(&caller.user, role).is_empty())
        }
    }
}

/// The confirmation that giving a role to a row needs.
pub(super) fn confirmation(caller: &Caller, row: &Collaborator, kind: RoleKind, to: &str) -> Option<Confirmation> {
    let confirmation = match kind {
        RoleKind::Team => confirm_team_role(caller.is(row), &to.into()),
        RoleKind::User => confirm_user_role(caller.is(row), row.user_role.as_ref()?, &to.into()),
    };
    confirmation.map(Into::into)
}

/// The team roles that may be given to a row, or why none may.
pub(super) fn team_role_options_of(caller: &Caller, row: &Collaborator) -> RoleOffer {
    let (is_self, old) = (caller.is(row), &row.team_role);
    let roles = team_role_options(&caller.team, is_self, old);
    let choice = |new: &TeamRole| {
        let change = AbilityChange::between(old.abilities(), new.abilities());
        choice(caller, row, RoleKind::Team, new.as_str(), change)
    };
    // If no role may be given, checking any role other than the current one returns the reason.
    let other = if *old == TeamRole::Viewer { TeamRole::Editor } else { TeamRole::Viewer };
    let denial = || {
        may_change_team_role(&caller.team, is_self, old, &other).err().map(|denial| team_denial_name(denial).to_owned())
    };
    RoleOffer {
        role: old.as_str().to_owned(),
        choices: roles.iter().map(choice).collect(),
        reason: if roles.is_empty() { denial() } else { None },
    }
}

/// The user roles that may be given to a row, or why none may.
pub(super) fn user_role_options_of(caller: &Caller, row: &Collaborator, old: &UserRole) -> RoleOffer {
    let roles = user_role_options(&caller.user, old);
    let choice = |new: &UserRole| {
        let change = AbilityChange::between(old.abilities(), new.abilities());
        choice(caller, row, RoleKind::User, new.as_str(), change)
    };
    let other = if *old == UserRole::User { UserRole::AdminViewer } else { UserRole::User };
    let denial =
        || check_user_role_change(&caller.user, old, &other).err().map(|denial| user_denial_name(denial).to_owned());
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
    let views = |abilities: Vec<lapel_domain::Ability>| abilities.into_iter().map(Into::into).collect();
    let (gained, lost) = change.map(|change| (views(change.gained), views(change.lost))).unwrap_or_default();
    TeamRoleChoice {
        role: to.to_owned(),
        gained,
        lost,
        confirmation: confirmation(caller, row, kind, to),
        can_undo: can_undo(caller, row, kind, to),
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
