//! Team roles (a person's role in one organization), and who may change them. As with user roles, the server enforces
//! its own rules. Effects and confirmation of a role change are in `role_change`.

use serde::{Deserialize, Serialize};

use crate::role::is_spelled;

/// The role of a collaborator in the team of one organization.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub enum TeamRole {
    /// Owns the organization. An organization may have several owners.
    Owner,
    /// May change the roles of editors, viewers and unassigned collaborators.
    Admin,
    /// May change the content.
    Editor,
    /// May view the content.
    Viewer,
    /// Belongs to the team without any rights.
    Unassigned,
    /// A role that this version does not know, as the server spells it; empty if the server has none.
    Other(String),
}

impl TeamRole {
    const KNOWN: [Self; 5] = [Self::Owner, Self::Admin, Self::Editor, Self::Viewer, Self::Unassigned];

    /// All roles that can be assigned, most rights first. Lapel does not transfer ownership.
    const ASSIGNABLE: [Self; 4] = [Self::Admin, Self::Editor, Self::Viewer, Self::Unassigned];

    /// The role as spelled in the API.
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

    /// Whether an admin may both assign this role to others and replace it.
    fn is_below_admin(&self) -> bool {
        matches!(self, Self::Editor | Self::Viewer | Self::Unassigned)
    }
}

impl From<&str> for TeamRole {
    /// Recognizes a known role in any case and with invisible characters around it.
    fn from(spelling: &str) -> Self {
        let known = Self::KNOWN.into_iter().find(|role| is_spelled(role.as_str(), spelling));
        known.unwrap_or_else(|| Self::Other(spelling.to_owned()))
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
    /// The new role is owner. Lapel does not transfer ownership.
    #[error("ownership cannot be assigned")]
    GivesOwner,
    /// The new role is unknown to Lapel.
    #[error("this role cannot be assigned")]
    GivesUnknown,
    /// The changed role is the caller's own, which is owner. Lapel does not transfer ownership.
    #[error("owners cannot change their own role")]
    OwnOwnership,
    /// The collaborator is an owner; Lapel does not change the role of owners.
    #[error("the role of an owner cannot be changed")]
    TakesOwner,
    /// The collaborator already has this role.
    #[error("the collaborator already has this role")]
    NoChange,
    /// The caller is an admin, and the change assigns or replaces the role admin or replaces an unknown role.
    #[error("only an owner may make this change")]
    OnlyOwners,
}

/// Whether a caller with this team role may change a team role from `old` to `new`. With `is_self`, the changed role is
/// the caller's own. If there are several reasons to deny the change, returns the first of them, in the order of the
/// checks below: the caller, the new role, the changed row.
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
    let may_replace_old = if is_self { old == caller } else { old.is_below_admin() };
    if *caller == TeamRole::Owner || (may_replace_old && new.is_below_admin()) {
        Ok(())
    } else {
        Err(TeamRoleDenial::OnlyOwners)
    }
}

/// The roles that a caller may assign instead of `old`, most rights first. Does not contain `old`.
pub fn team_role_options(caller: &TeamRole, is_self: bool, old: &TeamRole) -> Vec<TeamRole> {
    let mut roles = TeamRole::ASSIGNABLE.to_vec();
    roles.retain(|new| may_change_team_role(caller, is_self, old, new).is_ok());
    roles
}

/// The roles that a caller may assign to at least some other collaborators, most rights first.
pub fn assignable_team_roles(caller: &TeamRole) -> Vec<TeamRole> {
    let mut roles = TeamRole::ASSIGNABLE.to_vec();
    roles.retain(|new| TeamRole::ASSIGNABLE.iter().any(|old| may_change_team_role(caller, false, old, new).is_ok()));
    roles
}

#[cfg(test)]
mod tests {
    use super::*;
    use TeamRole::{Admin, Editor, Owner, Unassigned, Viewer};
    use TeamRoleDenial::{GivesOwner, GivesUnknown, NoChange, NoRight, OnlyOwners, OwnOwnership, TakesOwner};

    fn all() -> [TeamRole; 7] {
        let [captain, empty] = ["captain", ""].map(|spelling| TeamRole::Other(spelling.into()));
        [Owner, Admin, Editor, Viewer, Unassigned, captain, empty]
    }

    #[test]
    fn admins_can_assign_only_the_roles_below_admin() {
        assert_eq!(assignable_team_roles(&Owner), [Admin, Editor, Viewer, Unassigned]);
        assert_eq!(assignable_team_roles(&Admin), [Editor, Viewer, Unassigned]);
        assert_eq!(assignable_team_roles(&Editor), []);
    }

    /// The rules in another form: for each caller, which roles may be replaced, and by which roles.
    fn is_expected_to_be_allowed(caller: &TeamRole, is_self: bool, old: &TeamRole, new: &TeamRole) -> bool {
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
    fn every_combination_of_caller_and_change_follows_the_rules() {
        for caller in all() {
            for is_self in [false, true] {
                for old in all() {
                    let options = team_role_options(&caller, is_self, &old);
                    for new in all() {
                        let result = may_change_team_role(&caller, is_self, &old, &new);
                        let expected = is_expected_to_be_allowed(&caller, is_self, &old, &new);
                        let what = format!("{caller:?}, self {is_self}: {old:?} -> {new:?}");
                        assert_eq!(result.is_ok(), expected, "{what}: {result:?}");
                        assert_eq!(options.contains(&new), expected, "{what} among the options");
                    }
                }
            }
        }
    }

    #[test]
    fn a_known_role_is_recognized_in_any_case_and_other_spellings_stay() {
        for (spelling, role) in [
            ("Owner", Owner),
            ("ADMIN", Admin),
            (" editor ", Editor),
            ("Viewer\u{200b}", Viewer),
            ("UnAssigned", Unassigned),
        ] {
            assert_eq!(TeamRole::from(spelling), role, "{spelling:?}");
        }
        for spelling in ["Editors", "chief editor", " Captain ", ""] {
            assert_eq!(TeamRole::from(spelling), TeamRole::Other(spelling.to_owned()));
        }
    }

    #[test]
    fn a_denial_states_its_reason() {
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
            let result = may_change_team_role(&caller, is_self, &old, &new);
            assert_eq!(result, Err(reason), "{caller:?}, self {is_self}: {old:?} -> {new:?}");
        }
    }

    #[test]
    fn options_are_sorted_by_rights_and_exclude_the_current_role() {
        assert_eq!(team_role_options(&Owner, false, &Viewer), [Admin, Editor, Unassigned]);
        assert_eq!(team_role_options(&Admin, true, &Admin), [Editor, Viewer, Unassigned]);
        assert_eq!(team_role_options(&Admin, false, &Admin), []);
    }

    #[test]
    fn team_role_spellings_are_parsed_back() {
        for role in all() {
            assert_eq!(TeamRole::from(role.as_str()), role);
        }
    }
}
