//! What the snapshot says about the team.

use lapel_domain::{Organization, TeamRole, UserRole, assignable_team_roles, assignable_user_roles, may_change_tags};
use lapel_store::AccountId;

use crate::kernel::picture_ids::picture_view;
use crate::kernel::state::TeamSummary;
use crate::views::{TeamOrganization, TeamPartial, TeamReason, TeamRights, TeamView};

/// The team for the page. `role` is the user role of the signed-in user; `blocker` is the
/// reason why nothing can be changed now, whatever the user's rights.
pub(crate) fn team_view(
    team: &TeamSummary,
    account: AccountId,
    role: Option<&UserRole>,
    blocker: Option<TeamReason>,
) -> TeamView {
    let organization = |organization: &Organization| TeamOrganization {
        id: organization.id.clone(),
        name: organization_name(organization).to_owned(),
        picture: organization
            .picture
            .as_ref()
            .filter(|picture| !picture.is_empty())
            .map(|picture| picture_view(account, picture)),
    };
    let is_partial = team.loaded && team.organization.is_some() && team.as_of.is_none();
    TeamView {
        organizations: team.organizations.iter().map(organization).collect(),
        organization: team.organization.clone(),
        loaded: team.loaded,
        version: team.version,
        total: team.total,
        as_of: team.as_of,
        partial: team_partial(is_partial, team.total, team.expected),
        refreshing: team.refreshing,
        error: team.error.as_ref().map(Into::into),
        rights: rights(team.own_role.as_ref(), role, blocker),
    }
}

/// The name of an organization; its slug or id if it has none.
pub(crate) fn organization_name(organization: &Organization) -> &str {
    let names = [organization.name.as_deref(), organization.slug.as_deref()];
    names.into_iter().flatten().find(|name| !name.trim().is_empty()).unwrap_or(&organization.id)
}

/// Only a complete read shows that everybody was loaded. After one, a failed refresh leaves the rows old, not partial.
pub(crate) fn team_partial(is_partial: bool, loaded: usize, expected: Option<u64>) -> Option<TeamPartial> {
    // The server may count wrongly.
    let expected = expected.filter(|&expected| usize::try_from(expected).is_ok_and(|expected| expected > loaded));
    is_partial.then_some(TeamPartial { loaded, expected })
}

fn rights(own_role: Option<&TeamRole>, role: Option<&UserRole>, blocker: Option<TeamReason>) -> TeamRights {
    let team_roles: Vec<String> =
        own_role.map(assignable_team_roles).unwrap_or_default().into_iter().map(Into::into).collect();
    let user_roles: Vec<String> =
        role.map(assignable_user_roles).unwrap_or_default().into_iter().map(Into::into).collect();
    let reason = match (team_roles.is_empty() && user_roles.is_empty(), own_role) {
        (false, _) => blocker,
        (true, None) => Some(TeamReason::NotKnown),
        (true, Some(_)) => Some(TeamReason::NoRight),
    };
    TeamRights { team_roles, user_roles, tags: own_role.is_some_and(may_change_tags), reason }
}
