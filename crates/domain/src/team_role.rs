//! Team roles: what a person is in one organization, and who may change whose. As with user roles the server decides
//! again. What a change brings and asks is in `role_change`.

use serde::{Deserialize, Serialize};

/// The role of a collaborator in the team of one organization.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub enum TeamRole {
    /// Owns the organization; there may be several.
    Owner,
    /// Manages the team below the admins.
    Admin,
    /// Changes the content.
    Editor,
    /// Sees the content.
    Viewer,
    /// Belongs to the team without a right in it.
    Unassigned,
    /// A role that this version does not know, as the server spells it; empty where the server has none.
    Other(String),
}

impl TeamRole {
    /// The roles that can be given at all, the one with the most rights first. Ownership is moved elsewhere.
    const GIVEN: [Self; 4] = [Self::Admin, Self::Editor, Self::Viewer, Self::Unassigned];

    /// The role as the wire spells it.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Owner => "owner",
            Self::Admin => "admin",
            Self::Editor => "editor",
            Self::Viewer => "viewer",
            Self::Unassigned => "unassigned",
            Self::Other(spelling) => spelling,
        }
    }

    /// Whether an admin may both give it to and take it from others.
    fn is_below_admin(&self) -> bool {
        matches!(self, Self::Editor | Self::Viewer | Self::Unassigned)
    }
}

impl From<&str> for TeamRole {
    fn from(spelling: &str) -> Self {
        match spelling {
            "owner" => Self::Owner,
            "admin" => Self::Admin,
            "editor" => Self::Editor,
            "viewer" => Self::Viewer,
            "unassigned" => Self::Unassigned,
            _ => Self::Other(spelling.to_owned()),
        }
    }
}

impl From<String> for TeamRole {
    fn from(spelling: String) -> Self {
        Self::from(spelling.as_str())
    }
}

impl From<TeamRole> for String {
    fn from(role: TeamRole) -> Self {
        role.as_str().to_owned()
    }
}

/// Why a team role may not be set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum TeamRoleDenial {
    /// Only owners and admins change team roles.
    #[error("only owners and admins may change team roles")]
    NoRight,
    /// Ownership is moved elsewhere, not given here.
    #[error("nobody is made an owner here")]
    GivesOwner,
    /// Nobody is given a role that Lapel does not know.
    #[error("this role cannot be given")]
    GivesUnknown,
    /// An owner remains one until the ownership is moved elsewhere.
    #[error("an owner keeps the role")]
    OwnOwnership,
    /// The role of another owner is not changed here.
    #[error("the role of an owner cannot be changed")]
    TakesOwner,
    /// The collaborator has this role already.
    #[error("the role is held already")]
    NoChange,
    /// The caller is an admin, and the change gives or takes the role admin or replaces an unknown one.
    #[error("only an owner may make this change")]
    OnlyOwners,
}

/// Whether a caller with this team role may change a team role from `old` to `new`, their own where `is_self`.
///
/// # Errors
/// The first reason why not: what concerns the caller, then the new role, then the row.
pub fn may_change_team_role(
    caller: &TeamRole,
    is_self: bool,
    old: &TeamRole,
    new: &TeamRole,
) -> Result<(), TeamRoleDenial> {
    if !matches!(caller, TeamRole::Owner | TeamRole::Admin) {
        return Err(TeamRoleDenial::NoRight);
    }
    match new {
        TeamRole::Owner => return Err(TeamRoleDenial::GivesOwner),
        TeamRole::Other(_) => return Err(TeamRoleDenial::GivesUnknown),
        _ => {}
    }
    if is_self && *caller == TeamRole::Owner {
        return Err(TeamRoleDenial::OwnOwnership);
    }
    if *old == TeamRole::Owner {
        return Err(TeamRoleDenial::TakesOwner);
    }
    if old == new {
        return Err(TeamRoleDenial::NoChange);
    }
    let from_below = if is_self { old == caller } else { old.is_below_admin() };
    if *caller == TeamRole::Owner || (from_below && new.is_below_admin()) {
        Ok(())
    } else {
        Err(TeamRoleDenial::OnlyOwners)
    }
}

/// The roles that a caller may give in place of `old`, the one with the most rights first; never `old` itself.
pub fn team_role_options(caller: &TeamRole, is_self: bool, old: &TeamRole) -> Vec<TeamRole> {
    let mut roles = TeamRole::GIVEN.to_vec();
    roles.retain(|new| may_change_team_role(caller, is_self, old, new).is_ok());
    roles
}

/// The roles that a caller may give to others at all, the one with the most rights first.
pub fn assignable_team_roles(caller: &TeamRole) -> Vec<TeamRole> {
    let mut roles = TeamRole::GIVEN.to_vec();
    roles.retain(|new| TeamRole::GIVEN.iter().any(|old| may_change_team_role(caller, false, old, new).is_ok()));
    roles
}

#[cfg(test)]
mod tests {
    use super::*;
    use TeamRole::{Admin, Editor, Owner, Unassigned, Viewer};
    use TeamRoleDenial::{GivesOwner, GivesUnknown, NoChange, NoRight, OnlyOwners, OwnOwnership, TakesOwner};

    fn all() -> [TeamRole; 7] {
        let unknown = ["captain", ""].map(|spelling| TeamRole::Other(spelling.into()));
        let [captain, none] = unknown;
        [Owner, Admin, Editor, Viewer, Unassigned, captain, none]
    }

    #[test]
    fn whoever_may_not_give_admin_may_give_the_roles_below() {
        assert_eq!(assignable_team_roles(&Owner), [Admin, Editor, Viewer, Unassigned]);
        assert_eq!(assignable_team_roles(&Admin), [Editor, Viewer, Unassigned]);
        assert_eq!(assignable_team_roles(&Editor), []);
    }

    /// The design's sentence as rows: caller, on oneself, roles that may be taken, roles that may be given.
    fn allowed_by_the_design(caller: &TeamRole, is_self: bool, old: &TeamRole, new: &TeamRole) -> bool {
        let unknown = matches!(old, TeamRole::Other(_));
        let below_admin = [Editor, Viewer, Unassigned];
        let below_owner = [Admin, Editor, Viewer, Unassigned];
        old != new
            && match (caller, is_self) {
                (Owner, false) => (unknown || below_owner.contains(old)) && below_owner.contains(new),
                (Admin, false) => below_admin.contains(old) && below_admin.contains(new),
                (Admin, true) => *old == Admin && below_admin.contains(new),
                _ => false,
            }
    }

    #[test]
    fn every_caller_and_change_is_allowed_as_the_design_says() {
        for caller in all() {
            for is_self in [false, true] {
                for old in all() {
                    let offered = team_role_options(&caller, is_self, &old);
                    for new in all() {
                        let verdict = may_change_team_role(&caller, is_self, &old, &new);
                        let expected = allowed_by_the_design(&caller, is_self, &old, &new);
                        let what = format!("{caller:?}, self {is_self}: {old:?} -> {new:?}");
                        assert_eq!(verdict.is_ok(), expected, "{what}: {verdict:?}");
                        assert_eq!(offered.contains(&new), expected, "{what} on offer");
                    }
                }
            }
        }
    }

    #[test]
    fn a_denial_names_its_reason() {
        let unknown = || TeamRole::Other("captain".into());
        for (caller, is_self, old, new, reason) in [
            (Editor, false, Viewer, Editor, NoRight),
            (Viewer, true, Viewer, Editor, NoRight),
            (Unassigned, false, Viewer, Viewer, NoRight),
            (unknown(), false, Owner, Owner, NoRight),
            (Owner, false, Editor, Owner, GivesOwner),
            (Admin, true, Admin, Owner, GivesOwner),
            (Owner, false, Owner, Owner, GivesOwner),
            (Owner, false, Editor, unknown(), GivesUnknown),
            (Owner, false, unknown(), unknown(), GivesUnknown),
            (Owner, true, Owner, Admin, OwnOwnership),
            (Owner, false, Owner, Admin, TakesOwner),
            (Admin, false, Owner, Viewer, TakesOwner),
            (Owner, false, Editor, Editor, NoChange),
            (Admin, true, Admin, Admin, NoChange),
            (Admin, false, Admin, Editor, OnlyOwners),
            (Admin, false, Editor, Admin, OnlyOwners),
            (Admin, false, unknown(), Editor, OnlyOwners),
        ] {
            let verdict = may_change_team_role(&caller, is_self, &old, &new);
            assert_eq!(verdict, Err(reason), "{caller:?}, self {is_self}: {old:?} -> {new:?}");
        }
    }

    #[test]
    fn offers_come_with_the_most_rights_first_and_without_the_present_role() {
        assert_eq!(team_role_options(&Owner, false, &Viewer), [Admin, Editor, Unassigned]);
        assert_eq!(team_role_options(&Admin, true, &Admin), [Editor, Viewer, Unassigned]);
        assert_eq!(team_role_options(&Admin, false, &Admin), []);
    }

    #[test]
    fn spells_team_roles_as_the_wire_does() {
        for role in all() {
            assert_eq!(TeamRole::from(role.as_str()), role);
        }
        assert_eq!(TeamRole::from("Owner"), TeamRole::Other("Owner".into()), "spelled otherwise is unknown");
    }
}
