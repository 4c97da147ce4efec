//! The effects of a role change, whether it needs confirmation, and whether it can be undone, for user roles and team
//! roles. Modules `role` and `team_role` decide whether a change is allowed. The texts that users see are in the page.

use crate::{TeamRole, UserRole, may_change_team_role, may_change_user_role, steps_down};

/// What a change of a team row changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ChangeKind {
    /// The role in the team of an organization.
    TeamRole,
    /// The role on the whole service.
    UserRole,
    /// The tags.
    Tags,
}

/// Something that a role allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Ability {
    /// Team role: view the content of the organization.
    ViewContent,
    /// Team role: change the content of the organization.
    EditContent,
    /// Team role: change the roles of editors, viewers and unassigned collaborators.
    ManageTeam,
    /// Team role: make others admins, and change the role of admins.
    ManageAdmins,
    /// User role: change one's own name, picture and language.
    EditOwnProfile,
    /// User role: view everything that an administrator sees.
    ViewAdministration,
    /// User role: change names, pictures, languages and user roles of other people.
    ManageUsers,
}

use Ability::{EditContent, EditOwnProfile, ManageAdmins, ManageTeam, ManageUsers, ViewAdministration, ViewContent};

impl TeamRole {
    /// What the role allows; `None` for an unknown role.
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
    /// What the role allows; `None` for an unknown role or a service account.
    pub fn abilities(&self) -> Option<&'static [Ability]> {
        Some(match self {
            Self::Admin => &[EditOwnProfile, ViewAdministration, ManageUsers],
            Self::AdminViewer => &[EditOwnProfile, ViewAdministration],
            Self::User => &[EditOwnProfile],
            Self::ServiceAccount | Self::Unknown(_) => return None,
        })
    }
}

/// The abilities that a person gains and loses by a role change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AbilityChange {
    /// Abilities of the new role only.
    pub gained: Vec<Ability>,
    /// Abilities of the old role only.
    pub lost: Vec<Ability>,
}

impl AbilityChange {
    /// Compares the abilities of the old and the new role; `None` if either is unknown.
    pub fn between(old: Option<&[Ability]>, new: Option<&[Ability]>) -> Option<Self> {
        let (old, new) = (old?, new?);
        let difference = |left: &[Ability], right: &[Ability]| {
            left.iter().copied().filter(|ability| !right.contains(ability)).collect()
        };
        Some(Self { gained: difference(new, old), lost: difference(old, new) })
    }
}

/// Why a role change needs confirmation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Confirmation {
    /// The caller gives up rights and cannot get them back without help.
    StepsDown,
    /// The person becomes an admin.
    GivesAdmin,
}

/// Whether an allowed change of a team role to `new` needs confirmation. An allowed change of one's own role always
/// gives up rights.
pub fn confirm_team_role(is_self: bool, new: &TeamRole) -> Option<Confirmation> {
    match new {
        _ if is_self => Some(Confirmation::StepsDown),
        TeamRole::Admin => Some(Confirmation::GivesAdmin),
        _ => None,
    }
}

/// Whether an allowed change of a user role needs confirmation.
pub fn confirm_user_role(is_self: bool, old: &UserRole, new: &UserRole) -> Option<Confirmation> {
    match new {
        _ if is_self && steps_down(old, new) => Some(Confirmation::StepsDown),
        UserRole::Admin if old != new => Some(Confirmation::GivesAdmin),
        _ => None,
    }
}

/// Whether the same caller may change a team role back to `old` after it was changed to `new`.
pub fn can_undo_team_role(caller: &TeamRole, is_self: bool, old: &TeamRole, new: &TeamRole) -> bool {
    let caller_role_after = if is_self { new } else { caller };
    may_change_team_role(caller_role_after, is_self, new, old).is_ok()
}

/// Whether the same caller may change a user role back to `old` after it was changed to `new`.
pub fn can_undo_user_role(caller: &UserRole, is_self: bool, old: &UserRole, new: &UserRole) -> bool {
    let caller_role_after = if is_self { new } else { caller };
    may_change_user_role(caller_role_after, new, old).is_ok()
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
    fn a_team_role_change_can_be_undone_unless_the_caller_stepped_down_or_the_old_role_is_unknown() {
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
    fn a_user_role_change_can_be_undone_unless_the_caller_stepped_down_or_the_old_role_is_unknown() {
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
    fn only_stepping_down_and_making_an_admin_need_confirmation() {
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
    fn lists_gained_and_lost_abilities() {
        let team = |old: &TeamRole, new: &TeamRole| AbilityChange::between(old.abilities(), new.abilities());
        let up = team(&TeamRole::Viewer, &TeamRole::Admin).unwrap();
        assert_eq!((up.gained, up.lost), (vec![EditContent, ManageTeam], vec![]));
        let down = team(&TeamRole::Editor, &TeamRole::Unassigned).unwrap();
        assert_eq!((down.gained, down.lost), (vec![], vec![ViewContent, EditContent]));
        assert_eq!(
            team(&TeamRole::Other("captain".into()), &TeamRole::Editor),
            None,
            "the abilities of an unknown role are unknown"
        );
        let user = |old: &UserRole, new: &UserRole| AbilityChange::between(old.abilities(), new.abilities());
        let down = user(&UserRole::Admin, &UserRole::User).unwrap();
        assert_eq!((down.gained, down.lost), (vec![], vec![ViewAdministration, ManageUsers]));
    }

    #[test]
    fn abilities_agree_with_the_permission_rules() {
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
