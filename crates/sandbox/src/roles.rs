//! The rules for changing roles and tags, as tables.

/// The role of a user in the whole service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum UserRole {
    Admin,
    AdminViewer,
    User,
    ServiceAccount,
}

/// The role of a user in the team of one organization.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TeamRole {
    Owner,
    Admin,
    Editor,
    Viewer,
    Unassigned,
}

const USER_ROLES: [(UserRole, &str); 4] = [
    (UserRole::Admin, "admin"),
    (UserRole::AdminViewer, "adminViewer"),
    (UserRole::User, "user"),
    (UserRole::ServiceAccount, "serviceAccount"),
];

const TEAM_ROLES: [(TeamRole, &str); 5] = [
    (TeamRole::Owner, "owner"),
    (TeamRole::Admin, "admin"),
    (TeamRole::Editor, "editor"),
    (TeamRole::Viewer, "viewer"),
    (TeamRole::Unassigned, "unassigned"),
];

impl UserRole {
    pub(crate) fn parse(word: &str) -> Option<Self> {
        USER_ROLES.iter().find(|(_, name)| *name == word).map(|(role, _)| *role)
    }

    pub(crate) fn as_str(self) -> &'static str {
        USER_ROLES.iter().find(|(role, _)| *role == self).map_or("user", |(_, name)| name)
    }
}

impl TeamRole {
    pub(crate) fn parse(word: &str) -> Option<Self> {
        TEAM_ROLES.iter().find(|(_, name)| *name == word).map(|(role, _)| *role)
    }

    pub(crate) fn as_str(self) -> &'static str {
        TEAM_ROLES.iter().find(|(role, _)| *role == self).map_or("unassigned", |(_, name)| name)
    }
}

/// The caller's role, the allowed old roles of the target, the allowed new roles.
type UserRule = (UserRole, &'static [UserRole], &'static [UserRole]);

const HUMAN: &[UserRole] = &[UserRole::Admin, UserRole::AdminViewer, UserRole::User];
const USER_RULES: &[UserRule] = &[(UserRole::Admin, HUMAN, HUMAN)];

/// Whether the caller may change the user role of a user in the same organization. An unchanged role is always
/// allowed.
pub(crate) fn may_change_user_role(caller: UserRole, from: UserRole, to: UserRole) -> bool {
    from == to || USER_RULES.iter().any(|(role, old, new)| *role == caller && old.contains(&from) && new.contains(&to))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Target {
    Others,
    Own,
}

/// The caller's role, the target, the allowed old roles of the target, the allowed new roles.
type TeamRule = (TeamRole, Target, &'static [TeamRole], &'static [TeamRole]);

const BELOW_OWNER: &[TeamRole] = &[TeamRole::Admin, TeamRole::Editor, TeamRole::Viewer, TeamRole::Unassigned];
const BELOW_ADMIN: &[TeamRole] = &[TeamRole::Editor, TeamRole::Viewer, TeamRole::Unassigned];
const TEAM_RULES: &[TeamRule] = &[
    (TeamRole::Owner, Target::Others, BELOW_OWNER, BELOW_OWNER),
    (TeamRole::Admin, Target::Others, BELOW_ADMIN, BELOW_ADMIN),
    (TeamRole::Admin, Target::Own, &[TeamRole::Admin], BELOW_ADMIN),
];

/// Whether the caller may change a team role. `is_self` says whether it is the caller's own. An unchanged role is
/// always allowed.
pub(crate) fn may_change_team_role(caller: TeamRole, is_self: bool, from: TeamRole, to: TeamRole) -> bool {
    let target = if is_self { Target::Own } else { Target::Others };
    from == to
        || TEAM_RULES.iter().any(|(role, whom, old, new)| {
            *role == caller && *whom == target && old.contains(&from) && new.contains(&to)
        })
}

/// Whether the caller may write the tags of team rows.
pub(crate) fn may_change_tags(caller: TeamRole) -> bool {
    matches!(caller, TeamRole::Owner | TeamRole::Admin)
}
