//! Who may set which role, as tables. Only the rules: who the caller is and what is stored is looked up elsewhere.

/// What a person is for the whole service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum UserRole {
    Admin,
    AdminViewer,
    User,
    ServiceAccount,
}

/// What a person is in the team of one organization.
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

    pub(crate) fn word(self) -> &'static str {
        USER_ROLES.iter().find(|(role, _)| *role == self).map_or("user", |(_, name)| name)
    }
}

impl TeamRole {
    pub(crate) fn parse(word: &str) -> Option<Self> {
        TEAM_ROLES.iter().find(|(_, name)| *name == word).map(|(role, _)| *role)
    }

    pub(crate) fn word(self) -> &'static str {
        TEAM_ROLES.iter().find(|(role, _)| *role == self).map_or("unassigned", |(_, name)| name)
    }
}

/// Caller, the role that is taken (any of these), the role that is given (any of these).
type UserRule = (UserRole, &'static [UserRole], &'static [UserRole]);

const HUMAN: &[UserRole] = &[UserRole::Admin, UserRole::AdminViewer, UserRole::User];
const USER_RULES: &[UserRule] = &[(UserRole::Admin, HUMAN, HUMAN)];

/// Whether a caller may turn one user role into another, on anyone of the same organization.
pub(crate) fn may_change_user_role(caller: UserRole, from: UserRole, to: UserRole) -> bool {
    from == to
        || USER_RULES.iter().any(|(who, taken, given)| *who == caller && taken.contains(&from) && given.contains(&to))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum On {
    Others,
    Oneself,
}

/// Caller, on whom, the role that is taken (any of these), the role that is given (any of these).
type TeamRule = (TeamRole, On, &'static [TeamRole], &'static [TeamRole]);

const BELOW_OWNER: &[TeamRole] = &[TeamRole::Admin, TeamRole::Editor, TeamRole::Viewer, TeamRole::Unassigned];
const BELOW_ADMIN: &[TeamRole] = &[TeamRole::Editor, TeamRole::Viewer, TeamRole::Unassigned];
const TEAM_RULES: &[TeamRule] = &[
    (TeamRole::Owner, On::Others, BELOW_OWNER, BELOW_OWNER),
    (TeamRole::Admin, On::Others, BELOW_ADMIN, BELOW_ADMIN),
    (TeamRole::Admin, On::Oneself, &[TeamRole::Admin], BELOW_ADMIN),
];

/// Whether a caller may turn one team role into another, on oneself or on someone else.
pub(crate) fn may_change_team_role(caller: TeamRole, oneself: bool, from: TeamRole, to: TeamRole) -> bool {
    let on = if oneself { On::Oneself } else { On::Others };
    from == to
        || TEAM_RULES.iter().any(|(who, whom, taken, given)| {
            *who == caller && *whom == on && taken.contains(&from) && given.contains(&to)
        })
}

/// Whether a caller may write the tags of a row of the team.
pub(crate) fn may_change_tags(caller: TeamRole) -> bool {
    matches!(caller, TeamRole::Owner | TeamRole::Admin)
}
