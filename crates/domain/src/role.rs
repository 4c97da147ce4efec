//! User roles, and who may change them. The server enforces its own rules; the rules here let the page offer only
//! changes that will succeed. Team roles are in `team_role`; the effects of a role change are in `role_change`.

use serde::{Deserialize, Serialize};

use crate::trim_invisible;

/// The user role of a person, on the whole service.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub enum UserRole {
    /// May change every profile and role.
    Admin,
    /// Sees everything that an administrator sees, but cannot change other people's data.
    AdminViewer,
    /// A person without administration rights.
    User,
    /// A program, not a person.
    ServiceAccount,
    /// A role that this version does not know, as the server spells it; empty if the server has none.
    Unknown(String),
}

/// Whether a server means the role with this name. Some servers spell roles in another case or with spaces around
/// them. Without this rule, such a role would look like an unknown one of the same name.
pub(crate) fn is_spelled(name: &str, spelling: &str) -> bool {
    name == spelling || name.eq_ignore_ascii_case(trim_invisible(spelling))
}

impl UserRole {
    const KNOWN: [Self; 4] = [Self::Admin, Self::AdminViewer, Self::User, Self::ServiceAccount];

    /// All roles that can be assigned, most rights first.
    const ASSIGNABLE: [Self; 3] = [Self::Admin, Self::AdminViewer, Self::User];

    /// The role as spelled in the API.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Admin => "admin",
            Self::AdminViewer => "adminViewer",
            Self::User => "user",
            Self::ServiceAccount => "serviceAccount",
            Self::Unknown(spelling) => spelling,
        }
    }
}

impl From<&str> for UserRole {
    /// Recognizes a known role in any case and with invisible characters around it.
    fn from(spelling: &str) -> Self {
        let known = Self::KNOWN.into_iter().find(|role| is_spelled(role.as_str(), spelling));
        known.unwrap_or_else(|| Self::Unknown(spelling.to_owned()))
    }
}

impl From<String> for UserRole {
    fn from(spelling: String) -> Self {
        Self::from(spelling.as_str())
    }
}

impl From<UserRole> for String {
    fn from(role: UserRole) -> Self {
        role.as_str().to_owned()
    }
}

/// Why a user role may not be set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RoleDenial {
    /// Only a caller with user role admin changes roles.
    #[error("only an administrator may change roles")]
    OnlyAdmins,
    /// The role of a service account cannot be changed.
    #[error("the role of a service account cannot be changed")]
    TakesServiceAccount,
    /// The new role is service account or unknown; neither can be assigned.
    #[error("this role cannot be assigned")]
    NotGiven,
    /// The person already has this role.
    #[error("the person already has this role")]
    NoChange,
}

/// Whether a caller may change a user role from `old` to `new`, their own or that of another person. `new` may equal
/// `old`, so that a list of choices can contain the current role.
pub fn may_change_user_role(caller: &UserRole, old: &UserRole, new: &UserRole) -> Result<(), RoleDenial> {
    if *caller != UserRole::Admin {
        return Err(RoleDenial::OnlyAdmins);
    }
    if *old == UserRole::ServiceAccount {
        return Err(RoleDenial::TakesServiceAccount);
    }
    match new {
        UserRole::Admin | UserRole::AdminViewer | UserRole::User => Ok(()),
        UserRole::ServiceAccount | UserRole::Unknown(_) => Err(RoleDenial::NotGiven),
    }
}

/// Like [`may_change_user_role`], but also fails if `new` equals `old`. For a change that is about to be made.
pub fn check_user_role_change(caller: &UserRole, old: &UserRole, new: &UserRole) -> Result<(), RoleDenial> {
    may_change_user_role(caller, old, new)?;
    if old == new { Err(RoleDenial::NoChange) } else { Ok(()) }
}

/// The roles that a caller may assign instead of `old`, most rights first. Does not contain `old`.
pub fn user_role_options(caller: &UserRole, old: &UserRole) -> Vec<UserRole> {
    let mut roles = UserRole::ASSIGNABLE.to_vec();
    roles.retain(|new| check_user_role_change(caller, old, new).is_ok());
    roles
}

/// The roles that a caller may assign to at least some other people, most rights first.
pub fn assignable_user_roles(caller: &UserRole) -> Vec<UserRole> {
    let mut roles = UserRole::ASSIGNABLE.to_vec();
    roles.retain(|new| UserRole::ASSIGNABLE.iter().any(|old| check_user_role_change(caller, old, new).is_ok()));
    roles
}

/// Whether changing one's own role from `old` to `new` gives up the right to change roles. The page then asks for
/// confirmation.
pub fn steps_down(old: &UserRole, new: &UserRole) -> bool {
    *old == UserRole::Admin && *new != UserRole::Admin
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_admins_can_assign_roles() {
        assert_eq!(assignable_user_roles(&UserRole::Admin), UserRole::ASSIGNABLE);
        assert_eq!(assignable_user_roles(&UserRole::AdminViewer), []);
    }

    fn all() -> [UserRole; 5] {
        [
            UserRole::Admin,
            UserRole::AdminViewer,
            UserRole::User,
            UserRole::ServiceAccount,
            UserRole::Unknown("captain".into()),
        ]
    }

    #[test]
    fn only_admins_change_roles_and_service_accounts_keep_theirs() {
        for caller in all() {
            for old in all() {
                for new in all() {
                    let allowed = may_change_user_role(&caller, &old, &new).is_ok();
                    let expected = caller == UserRole::Admin
                        && old != UserRole::ServiceAccount
                        && matches!(new, UserRole::Admin | UserRole::AdminViewer | UserRole::User);
                    let what = format!("{caller:?}: {old:?} -> {new:?}");
                    assert_eq!(allowed, expected, "{what}");
                    let is_change = expected && old != new;
                    assert_eq!(check_user_role_change(&caller, &old, &new).is_ok(), is_change, "{what}");
                    assert_eq!(user_role_options(&caller, &old).contains(&new), is_change, "{what} among the options");
                }
            }
        }
    }

    #[test]
    fn a_denial_states_its_reason() {
        use UserRole::{Admin, AdminViewer, ServiceAccount, User};
        for (caller, old, new, reason) in [
            (AdminViewer, User, AdminViewer, RoleDenial::OnlyAdmins),
            (Admin, ServiceAccount, User, RoleDenial::TakesServiceAccount),
            (Admin, User, ServiceAccount, RoleDenial::NotGiven),
            (Admin, User, UserRole::Unknown("captain".into()), RoleDenial::NotGiven),
            (Admin, User, User, RoleDenial::NoChange),
        ] {
            assert_eq!(check_user_role_change(&caller, &old, &new), Err(reason), "{caller:?}: {old:?} -> {new:?}");
        }
    }

    #[test]
    fn role_spellings_are_parsed_back() {
        for role in all() {
            assert_eq!(UserRole::from(role.as_str().to_owned()), role);
        }
    }

    #[test]
    fn a_known_role_is_recognized_in_any_case_and_other_spellings_stay() {
        for (spelling, role) in [
            ("Admin", UserRole::Admin),
            ("ADMINVIEWER", UserRole::AdminViewer),
            (" user\n", UserRole::User),
            ("\u{feff}ServiceAccount", UserRole::ServiceAccount),
        ] {
            assert_eq!(UserRole::from(spelling), role, "{spelling:?}");
        }
        for spelling in ["Admin viewer", "admins", " Captain ", " ", ""] {
            assert_eq!(UserRole::from(spelling), UserRole::Unknown(spelling.to_owned()));
        }
    }

    #[test]
    fn an_admin_who_becomes_anything_else_steps_down() {
        assert!(steps_down(&UserRole::Admin, &UserRole::User));
        assert!(!steps_down(&UserRole::Admin, &UserRole::Admin));
        assert!(!steps_down(&UserRole::User, &UserRole::AdminViewer));
    }
}
