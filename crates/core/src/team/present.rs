//! What the snapshot says about the team.

use lapel_domain::{Organization, UserRole, assignable_team_roles, assignable_user_roles};
use lapel_store::Account;

use super::Team;
use crate::pictures::PictureSources;
use crate::views::{TeamOrganization, TeamReason, TeamRights, TeamView};

/// The team as the page sees it. `role` is the signed-in person's user role, `offline` whether changes cannot be made.
pub(crate) fn present_team(
    team: &Team,
    account: &Account,
    role: Option<&UserRole>,
    offline: bool,
    pictures: &PictureSources,
) -> TeamView {
    let organization = |organization: &Organization| TeamOrganization {
        id: organization.id.clone(),
        name: name_of(organization).to_owned(),
        picture: organization
            .picture
            .as_ref()
            .filter(|picture| !picture.is_empty())
            .map(|picture| pictures.view(account.id, picture)),
    };
    TeamView {
        organizations: team.organizations.iter().map(organization).collect(),
        organization: team.organization.clone(),
        loaded: team.loaded,
        version: team.shown_version,
        total: team.roster.len(),
        as_of: team.as_of,
        refreshing: team.refreshing,
        error: team.error.clone(),
        rights: rights(team, role, offline),
        batch: team.batch.as_ref().map(super::Batch::view),
    }
}

/// How an organization is called: the slug or id where it has no name.
pub(super) fn name_of(organization: &Organization) -> &str {
    let named = [organization.name.as_deref(), organization.slug.as_deref()];
    named.into_iter().flatten().find(|name| !name.trim().is_empty()).unwrap_or(&organization.id)
}

fn rights(team: &Team, role: Option<&UserRole>, offline: bool) -> TeamRights {
    let own = team.own_role();
    let team_roles: Vec<String> =
        own.map(assignable_team_roles).unwrap_or_default().into_iter().map(Into::into).collect();
    let user_roles: Vec<String> =
        role.map(assignable_user_roles).unwrap_or_default().into_iter().map(Into::into).collect();
    let reason = match (team_roles.is_empty() && user_roles.is_empty(), own) {
        (false, _) if offline => Some(TeamReason::Offline),
        (false, _) => None,
        (true, None) => Some(TeamReason::NotKnown),
        (true, Some(_)) => Some(TeamReason::NoRight),
    };
    TeamRights { team_roles, user_roles, reason }
}
