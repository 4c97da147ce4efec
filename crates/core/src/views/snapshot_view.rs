//! Turns the state into the snapshot for the page.

use lapel_domain::{Field, Organization, Profile, UserRole, initials, may_change_user_role, steps_down};
use lapel_store::{Account, Edit, EditState as StoredState, EditValue};

use super::security_view::security_view;
use super::team_view::team_view;
use crate::kernel::connectivity::{is_offline, is_unreached};
use crate::kernel::picture_ids::picture_view;
use crate::kernel::rejection::read_reason;
use crate::kernel::server_keys::server_offer;
use crate::kernel::shown_profile::{shown_name, shown_picture, unsent_fields};
use crate::kernel::state::{Activity, State};
use crate::views::{
    AccountView, ActivityView, EditState, EditView, InterfaceLanguage, LanguagePreference, OrganizationView,
    PictureView, ProfileView, RoleChoice, RoleReason, RoleView, SessionState, Snapshot, StoredAsView, SyncState,
    SyncView, TeamReason, TeamView, UpdatedView,
};

/// Makes the snapshot of a state.
pub(crate) fn snapshot_view(state: &State) -> Snapshot {
    let profile = state.known_profile();
    Snapshot {
        revision: state.revision,
        preferences: state.preferences.clone(),
        interface_language: shown_language(state, profile),
        account: state.account.as_ref().map(|account| account_view(account, profile, &state.edits)),
        other_accounts: state
            .other_accounts
            .iter()
            .map(|other| account_view(&other.account, other.profile.as_ref(), &other.edits))
            .collect(),
        session: state.session_state,
        token_keeping: state.token_keeping,
        profile: profile.map(|profile| profile_view(profile, state)),
        security: state.account.as_ref().map(|account| security_view(account, profile)),
        edits: Field::ALL.into_iter().filter_map(|field| edit_view(field, state)).collect(),
        draft: state.draft.clone(),
        sync: SyncView {
            state: sync_state(state),
            as_of: state.profile.as_ref().map(|cached| cached.fetched_at),
            unsent: state.unsent_fields(),
            error: state.error.as_ref().map(Into::into),
            tries_again: state.error.is_some() && state.session.is_some(),
            sign_in_helps: state.sign_in_helps && state.error.is_some() && state.session.is_some(),
            next_try: state.next_try.filter(|_| state.error.is_some()),
        },
        upload: state.upload,
        team: open_team(state),
        batch: state.batch.as_ref().and_then(|batch| batch.view.clone()),
        storage: state.storage,
    }
}

fn open_team(state: &State) -> Option<TeamView> {
    let (team, account) = (state.team.as_ref()?, state.account.as_ref()?);
    let role = state.known_profile().map(|profile| &profile.role);
    // Other failures of reading the team do not count: the server may still be able to change a role.
    let unreached = team.error.as_ref().is_some_and(is_unreached);
    let blocker = match state.session_state {
        SessionState::SignedIn if is_offline(state.error.as_ref()) || unreached => Some(TeamReason::Offline),
        SessionState::SignedIn => None,
        _ => Some(TeamReason::SignedOut),
    };
    Some(team_view(team, account.id, role, blocker))
}

/// An account as the page lists it. Without a cached profile, the email address takes the place of the name.
fn account_view(account: &Account, profile: Option<&Profile>, edits: &[Edit]) -> AccountView {
    let name = profile.map_or_else(|| account.email.clone(), |profile| shown_name(profile, edits));
    AccountView {
        id: account.id.number(),
        user_id: account.user_id.clone(),
        server: server_offer(&account.server),
        email: account.email.clone(),
        by_token: account.by_token,
        initials: initials(&name),
        full_name: name,
        picture: profile.and_then(|profile| shown_picture(account.id, profile, edits)),
        unsent: unsent_fields(edits),
    }
}

fn shown_language(state: &State, profile: Option<&Profile>) -> InterfaceLanguage {
    match state.preferences.language {
        LanguagePreference::Fixed(language) => language,
        LanguagePreference::Profile => {
            // An unsent edit counts too, because saving a language switches the interface at once.
            let saved = state.edits.iter().rev().find_map(|edit| match (&edit.field, &edit.mine) {
                (Field::Language, EditValue::Text(tag)) => Some(tag.as_str()),
                _ => None,
            });
            let known = saved.or(profile.map(|profile| profile.language.as_str())).filter(|tag| !tag.is_empty());
            InterfaceLanguage::nearest(known.unwrap_or(&state.system_language))
        }
    }
}

/// The picture at an address; none if the address is empty.
fn picture(state: &State, address: &str) -> Option<PictureView> {
    let account = state.account.as_ref()?;
    (!address.is_empty()).then(|| picture_view(account.id, address))
}

fn profile_view(profile: &Profile, state: &State) -> ProfileView {
    let full_name = shown_name(profile, &state.edits);
    ProfileView {
        id: profile.id.clone(),
        email: profile.email.clone(),
        first_name: profile.first_name.clone(),
        last_name: profile.last_name.clone(),
        initials: initials(&full_name),
        full_name,
        picture: state.account.as_ref().and_then(|account| shown_picture(account.id, profile, &state.edits)),
        picture_address: profile.picture.clone(),
        language: profile.language.clone(),
        role: role_view(&profile.role, state),
        verification: profile.verification.clone(),
        two_factor: profile.two_factor,
        sso: profile.sso,
        has_password: profile.has_password,
        newsletter: profile.newsletter,
        organizations: organizations(profile, state),
        activity: ActivityView {
            last_login: profile.activity.last_login.latest_millis(),
            last_action: profile.activity.last_action.latest_millis(),
        },
        created_at: profile.created_at.as_ref().and_then(lapel_domain::Timestamp::millis),
        updated_at: profile.updated_at.as_ref().and_then(lapel_domain::Timestamp::millis),
        updated: state.updated.as_ref().map(|(fields, at)| {
            let fields = fields.iter().map(|&field| field.into()).collect();
            UpdatedView { fields, at: *at }
        }),
        stored_as: state.stored_as.iter().map(stored_as).collect(),
    }
}

fn stored_as((&field, value): (&Field, &String)) -> StoredAsView {
    StoredAsView { field: field.into(), value: value.clone() }
}

/// The organizations, the current one first. The server's list may not contain the current one.
fn organizations(profile: &Profile, state: &State) -> Vec<OrganizationView> {
    let info = profile.organization_info.as_ref();
    let current = info.map(|info| info.organization.id.as_str()).or(profile.organization_id.as_deref());
    let view = |organization: &Organization| OrganizationView {
        id: organization.id.clone(),
        name: organization
            .name
            .clone()
            .or_else(|| organization.slug.clone())
            .unwrap_or_else(|| organization.id.clone()),
        picture: organization.picture.as_deref().and_then(|address| picture(state, address)),
        current: Some(organization.id.as_str()) == current,
        primary_color: info
            .filter(|info| info.organization.id == organization.id)
            .and_then(|info| info.branding.primary_color.clone())
            .filter(|color| is_color(color)),
        enforces_sso: info
            .is_some_and(|info| info.organization.id == organization.id && info.enforces_sso == Some(true)),
    };
    let mut views: Vec<OrganizationView> = info.map(|info| view(&info.organization)).into_iter().collect();
    for organization in &profile.organizations {
        if views.iter().all(|known| known.id != organization.id) {
            views.push(view(organization));
        }
    }
    views.sort_by_key(|organization| !organization.current);
    views
}

/// Whether the text is `#rgb` or `#rrggbb`. The page uses it in CSS, so nothing else may pass.
fn is_color(text: &str) -> bool {
    let digits = text.strip_prefix('#').unwrap_or_default();
    matches!(digits.len(), 3 | 6) && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn role_view(role: &UserRole, state: &State) -> RoleView {
    // While the session is being continued, the page says the same as without a connection.
    let offline = state.session_state == SessionState::Starting || is_offline(state.error.as_ref());
    let signed_out = !matches!(state.session_state, SessionState::SignedIn | SessionState::Starting);
    let allowed = |new: &UserRole| may_change_user_role(role, role, new).is_ok();
    let choices: Vec<RoleChoice> = [UserRole::Admin, UserRole::AdminViewer, UserRole::User]
        .iter()
        .filter(|new| allowed(new))
        .map(|new| RoleChoice { role: new.as_str().to_owned(), steps_down: steps_down(role, new) })
        .collect();
    let reason = match role {
        UserRole::ServiceAccount => Some(RoleReason::ServiceAccount),
        _ if choices.is_empty() => Some(RoleReason::OnlyAdmins),
        _ if signed_out => Some(RoleReason::SignedOut),
        _ if offline => Some(RoleReason::Offline),
        _ => None,
    };
    RoleView { role: role.as_str().to_owned(), choices, reason }
}

/// The view of a field's edits: the value of the newest one, with the base and the delivery of the oldest one.
fn edit_view(field: Field, state: &State) -> Option<EditView> {
    let mut edits = state.edits.iter().filter(|edit| edit.field == field);
    let oldest = edits.next()?;
    let newest = edits.next_back().unwrap_or(oldest);
    // If no sync is sending, the outcome of an edit in flight is unknown. It is sent again, so it counts as waiting.
    let sending = oldest.in_flight && state.activity == Activity::Sending;
    let (edit_state, theirs, theirs_at, reason) = match &newest.state {
        StoredState::Waiting if sending => (EditState::Sending, None, None, None),
        StoredState::Waiting => (EditState::Waiting, None, None, state.waits_for().map(Into::into)),
        StoredState::Refused { reason } => (EditState::Refused, None, None, Some(read_reason(reason))),
        StoredState::Conflict { theirs, theirs_at } => (EditState::Conflict, Some(theirs.clone()), *theirs_at, None),
    };
    let (mine, picture) = match &newest.mine {
        EditValue::Text(text) if field == Field::Picture => (text.clone(), picture(state, text)),
        EditValue::Text(text) => (text.clone(), None),
        EditValue::LocalPicture(id) => (String::new(), Some(PictureView { id: id.clone(), url: None })),
    };
    let (base, made_at) = (oldest.base.clone(), newest.made_at);
    Some(EditView { field: field.into(), state: edit_state, base, mine, picture, theirs, theirs_at, reason, made_at })
}

/// The state that the sidebar shows. Except for sending, states that need the user come before all others.
fn sync_state(state: &State) -> SyncState {
    let has = |wanted: fn(&StoredState) -> bool| state.edits.iter().any(|edit| wanted(&edit.state));
    let session_ended = !matches!(state.session_state, SessionState::SignedIn | SessionState::Starting);
    match state.activity {
        _ if !state.can_save() => SyncState::StorageFailed,
        _ if session_ended => SyncState::SignedOut,
        Activity::Sending => SyncState::Sending,
        _ if has(|state| matches!(state, StoredState::Conflict { .. })) => SyncState::Conflict,
        _ if has(|state| matches!(state, StoredState::Refused { .. })) => SyncState::Refused,
        _ if state.waits_for().is_some() => SyncState::Refused,
        // Automatic retries after a failure are not shown, because the sidebar would flicker.
        Activity::Refreshing { asked } if asked || state.error.is_none() => SyncState::Refreshing,
        _ if is_offline(state.error.as_ref()) => SyncState::WaitingForNetwork,
        _ if state.checked && state.error.is_none() => SyncState::Fresh,
        _ => SyncState::Stale,
    }
}

#[cfg(test)]
mod tests;
