//! What a change of a role brings, whether it is asked once more, and whether it can be undone: the same for user roles
//! and team roles. Whether it is allowed is decided in `role` and `team_role`; the words for people are the page's.

use crate::{TeamRole, UserRole, may_change_team_role, may_change_user_role, steps_down};

/// Which of a person's two roles.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RoleKind {
    /// The role in the team of an organization.
    Team,
    /// The role on the whole service.
    User,
}

/// What a role lets a person do, in closed words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Ability {
    /// Of a team role: sees the content of the organization.
    ViewContent,
    /// Of a team role: changes the content of the organization.
    EditContent,
    /// Of a team role: changes the roles of editors, viewers and unassigned collaborators.
    ManageTeam,
    /// Of a team role: makes others admins, and takes it from them.
    ManageAdmins,
    /// Of a user role: changes their own name, picture and language.
    EditOwnProfile,
    /// Of a user role: sees what an administrator sees.
    ViewAdministration,
    /// Of a user role: changes names, pictures, languages and user roles of others.
    ManageUsers,
}

use Ability::{EditContent, EditOwnProfile, ManageAdmins, ManageTeam, ManageUsers, ViewAdministration, ViewContent};

impl TeamRole {
    /// What the role lets a person do; none where nobody knows.
    pub fn abilities(&self) -> Option<&'static [Ability]> {
        Some(match self {
            Self::Owner => &[ViewContent, EditContent, ManageTeam, ManageAdmins],
            Self::Admin => &[ViewContent, EditContent, ManageTeam],
            Self::Editor => &[ViewContent, EditContent],
            Self::Viewer => &[ViewContent],
            Self::Unassigned => &[],
            Self::Other(_) => return None,
        })
    }
}

impl UserRole {
    /// What the role lets a person do; none where nobody knows, or where it is a program.
    pub fn abilities(&self) -> Option<&'static [Ability]> {
        Some(match self {
            Self::Admin => &[EditOwnProfile, ViewAdministration, ManageUsers],
            Self::AdminViewer => &[EditOwnProfile, ViewAdministration],
            Self::User => &[EditOwnProfile],
            Self::ServiceAccount | Self::Unknown(_) => return None,
        })
    }
}

/// What a person can do after a change and could not before, and the other way round.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AbilityChange {
    /// New abilities.
    pub gained: Vec<Ability>,
    /// Lost abilities.
    pub lost: Vec<Ability>,
}

impl AbilityChange {
    /// Compares the abilities of the old and the new role; none where one of them is not known.
    pub fn between(old: Option<&[Ability]>, new: Option<&[Ability]>) -> Option<Self> {
        let (old, new) = (old?, new?);
        let without = |these: &[Ability], those: &[Ability]| {
            these.iter().copied().filter(|ability| !those.contains(ability)).collect()
        };
        Some(Self { gained: without(new, old), lost: without(old, new) })
    }
}

/// Why a change is asked once more before it is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Confirmation {
    /// The caller gives up rights and cannot take them back.
    StepsDown,
    /// Somebody becomes an admin.
    GivesAdmin,
}

/// Whether an allowed change of a team role to `new` is asked once more. A change of one's own is always a step down.
pub fn confirm_team_role(is_self: bool, new: &TeamRole) -> Option<Confirmation> {
    match new {
        _ if is_self => Some(Confirmation::StepsDown),
        TeamRole::Admin => Some(Confirmation::GivesAdmin),
        _ => None,
    }
}

/// Whether an allowed change of a user role is asked once more.
pub fn confirm_user_role(is_self: bool, old: &UserRole, new: &UserRole) -> Option<Confirmation> {
    match new {
        _ if is_self && steps_down(old, new) => Some(Confirmation::StepsDown),
        UserRole::Admin if old != new => Some(Confirmation::GivesAdmin),
        _ => None,
    }
}

/// Whether the same caller may set a team role back to `old` after it was changed to `new`.
pub fn can_undo_team_role(caller: &TeamRole, is_self: bool, old: &TeamRole, new: &TeamRole) -> bool {
    let caller_then = if is_self { new } else { caller };
    may_change_team_role(caller_then, is_self, new, old).is_ok()
}

/// Whether the same caller may set a user role back to `old` after it was changed to `new`.
pub fn can_undo_user_role(caller: &UserRole, is_self: bool, old: &UserRole, new: &UserRole) -> bool {
    let caller_then = if is_self { new } else { caller };
    may_change_user_role(caller_then, new, old).is_ok()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may panic")]
    use super::*;
    use crate::{team_role_options, user_role_options};

    fn team_roles() -> [TeamRole; 6] {
        ["owner", "admin", "editor", "viewer", "unassigned", "captain"].map(TeamRole::from)
    }

    fn user_roles() -> [UserRole; 5] {
        ["admin", "adminViewer", "user", "serviceAccount", "captain"].map(UserRole::from)
    }

    #[test]
    fn a_team_change_can_be_undone_unless_one_stepped_down_or_the_former_role_is_unknown() {
        for caller in team_roles() {
            for is_self in [false, true] {
                for old in team_roles() {
                    for new in team_role_options(&caller, is_self, &old) {
                        let expected = !is_self && !matches!(old, TeamRole::Other(_));
                        let undone = can_undo_team_role(&caller, is_self, &old, &new);
                        assert_eq!(undone, expected, "{caller:?}, self {is_self}: {old:?} -> {new:?}");
                    }
                }
            }
        }
    }

    #[test]
    fn a_user_change_can_be_undone_unless_one_stepped_down_or_the_former_role_is_unknown() {
        let admin = UserRole::Admin;
        for old in user_roles() {
            for new in user_role_options(&admin, &old) {
                let expected = !matches!(old, UserRole::Unknown(_));
                assert_eq!(can_undo_user_role(&admin, false, &old, &new), expected, "{old:?} -> {new:?}");
            }
        }
        for new in user_role_options(&admin, &admin) {
            assert!(!can_undo_user_role(&admin, true, &admin, &new), "stepped down to {new:?}");
        }
    }

    #[test]
    fn stepping_down_and_giving_admin_ask_once_more_and_nothing_else_does() {
        use Confirmation::{GivesAdmin, StepsDown};
        for is_self in [false, true] {
            for new in team_role_options(&TeamRole::Owner, false, &TeamRole::from("")) {
                let expected = match new {
                    _ if is_self => Some(StepsDown),
                    TeamRole::Admin => Some(GivesAdmin),
                    _ => None,
                };
                assert_eq!(confirm_team_role(is_self, &new), expected, "self {is_self}: -> {new:?}");
            }
        }
        let (admin, viewer, user) = (UserRole::Admin, UserRole::AdminViewer, UserRole::User);
        assert_eq!(confirm_user_role(true, &admin, &user), Some(StepsDown));
        assert_eq!(confirm_user_role(false, &admin, &user), None);
        assert_eq!(confirm_user_role(false, &viewer, &admin), Some(GivesAdmin));
        assert_eq!(confirm_user_role(false, &viewer, &user), None);
        assert_eq!(confirm_user_role(true, &admin, &admin), None);
    }

    #[test]
    fn names_what_is_gained_and_what_is_lost() {
        let team = |old: &TeamRole, new: &TeamRole| AbilityChange::between(old.abilities(), new.abilities());
        let up = team(&TeamRole::Viewer, &TeamRole::Admin).unwrap();
        assert_eq!((up.gained, up.lost), (vec![EditContent, ManageTeam], vec![]));
        let down = team(&TeamRole::Editor, &TeamRole::Unassigned).unwrap();
        assert_eq!((down.gained, down.lost), (vec![], vec![ViewContent, EditContent]));
        assert_eq!(team(&TeamRole::Other("captain".into()), &TeamRole::Editor), None, "nobody knows what was lost");
        let user = |old: &UserRole, new: &UserRole| AbilityChange::between(old.abilities(), new.abilities());
        let down = user(&UserRole::Admin, &UserRole::User).unwrap();
        assert_eq!((down.gained, down.lost), (vec![], vec![ViewAdministration, ManageUsers]));
    }

    /// The words follow the rules: who lets others be changed is who may change them.
    #[test]
    fn abilities_say_what_the_rules_allow() {
        for role in team_roles() {
            let can = |ability| role.abilities().is_some_and(|abilities| abilities.contains(&ability));
            let may = |old, new| may_change_team_role(&role, false, &old, &new).is_ok();
            assert_eq!(can(ManageTeam), may(TeamRole::Viewer, TeamRole::Editor), "{role:?}");
            assert_eq!(can(ManageAdmins), may(TeamRole::Admin, TeamRole::Editor), "{role:?}");
        }
        for role in user_roles() {
            let can = role.abilities().is_some_and(|abilities| abilities.contains(&ManageUsers));
            assert_eq!(can, may_change_user_role(&role, &UserRole::User, &UserRole::AdminViewer).is_ok(), "{role:?}");
        }
    }
}
