//! User roles, and who may change whose. The server decides again; these rules exist so that the page offers only
//! what will work. Team roles are not here: nothing of the app uses them yet.

use serde::{Deserialize, Serialize};

/// The user role of a person, on the whole service.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub enum UserRole {
    /// May change everybody's profile and role.
    Admin,
    /// Sees what an administrator sees, changes nothing of others.
    AdminViewer,
    /// An ordinary person.
    User,
    /// A program, not a person.
    ServiceAccount,
    /// A role that this version does not know, as the server spells it; empty where the server has none.
    Unknown(String),
}

impl UserRole {
    /// The role as the wire spells it.
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

impl From<String> for UserRole {
    fn from(spelling: String) -> Self {
        match spelling.as_str() {
            "admin" => Self::Admin,
            "adminViewer" => Self::AdminViewer,
            "user" => Self::User,
            "serviceAccount" => Self::ServiceAccount,
            _ => Self::Unknown(spelling),
        }
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
    /// A service account keeps its role.
    #[error("the role of a service account cannot be changed")]
    TakesServiceAccount,
    /// Nobody is made a service account, nor given a role that Lapel does not know.
    #[error("this role cannot be given")]
    NotGiven,
}

/// Whether a caller may change a user role from `old` to `new`, on others as on oneself (design: "Who may change roles").
///
/// # Errors
/// The reason why not.
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

/// Whether an own change from `old` to `new` gives up the right to change roles, which asks once more.
pub fn steps_down(old: &UserRole, new: &UserRole) -> bool {
    *old == UserRole::Admin && *new != UserRole::Admin
}

#[cfg(test)]
mod tests {
    use super::*;

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
    fn only_admins_change_roles_and_service_accounts_stay() {
        for caller in all() {
            for old in all() {
                for new in all() {
                    let allowed = may_change_user_role(&caller, &old, &new).is_ok();
                    let expected = caller == UserRole::Admin
                        && old != UserRole::ServiceAccount
                        && matches!(new, UserRole::Admin | UserRole::AdminViewer | UserRole::User);
                    assert_eq!(allowed, expected, "{caller:?}: {old:?} -> {new:?}");
                }
            }
        }
    }

    #[test]
    fn spells_roles_as_the_wire_does() {
        for role in all() {
            assert_eq!(UserRole::from(role.as_str().to_owned()), role);
        }
    }

    #[test]
    fn an_admin_who_becomes_anything_else_steps_down() {
        assert!(steps_down(&UserRole::Admin, &UserRole::User));
        assert!(!steps_down(&UserRole::Admin, &UserRole::Admin));
        assert!(!steps_down(&UserRole::User, &UserRole::AdminViewer));
    }
}
