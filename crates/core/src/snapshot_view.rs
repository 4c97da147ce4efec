//! Turns the state into the snapshot for the page.

use lapel_domain::{
    Field, Organization, Profile, UserRole, initials, interface_language, may_change_user_role, steps_down,
};
use lapel_store::{Account, Edit, EditState as StoredState, EditValue};

use crate::app::server_offer;
use crate::pictures::PictureSources;
use crate::state::{Activity, State};
use crate::sync::{read_reason, waiting_reason};
use crate::team::present_team;
use crate::views::{
    AccountView, ActivityView, AppError, EditState, EditView, ErrorCode, InterfaceLanguage, LanguagePreference,
    OrganizationView, PictureView, ProfileView, RoleChoice, RoleReason, RoleView, SessionState, Snapshot, StoredAsView,
    SyncState, SyncView, TeamView, UpdatedView,
};

/// Makes the snapshot of a state. Registers the pictures in it with `pictures`, so that the page may fetch them.
pub(crate) fn snapshot_view(state: &State, pictures: &PictureSources) -> Snapshot {
    let profile = state.profile.as_ref().map(|cached| &cached.profile);
    let pictures = Pictures { state, sources: pictures };
    Snapshot {
        revision: state.revision,
        preferences: state.preferences.clone(),
        interface_language: shown_language(state, profile),
        account: state.account.as_ref().map(account_view),
        other_accounts: state.other_accounts.iter().map(account_view).collect(),
        session: state.session_state,
        token_keeping: state.token_keeping,
        profile: profile.map(|profile| profile_view(profile, state, &pictures)),
        edits: Field::ALL.into_iter().filter_map(|field| edit_view(field, state, &pictures)).collect(),
        draft: state.draft.clone(),
        sync: SyncView {
            state: sync_state(state),
            as_of: state.profile.as_ref().map(|cached| cached.fetched_at),
            unsent: unsent_count(&state.edits),
            error: state.error.clone(),
            tries_again: state.error.is_some() && state.session.is_some(),
            sign_in_helps: state.sign_in_helps && state.error.is_some() && state.session.is_some(),
            next_try: state.next_try.filter(|_| state.error.is_some()),
        },
        upload: state.upload,
        team: team_view(state, pictures.sources),
        storage: state.storage,
    }
}

fn team_view(state: &State, pictures: &PictureSources) -> Option<TeamView> {
    let (team, account) = (state.team.as_ref()?, state.account.as_ref()?);
    let role = state.profile.as_ref().map(|cached| &cached.profile.role);
    // Other failures of reading the team do not count: the server may still be able to change a role.
    let unreached = team.error.as_ref().is_some_and(is_unreached);
    let offline = state.session_state != SessionState::SignedIn || is_offline(state.error.as_ref()) || unreached;
    Some(present_team(team, account, role, offline, pictures))
}

fn account_view(account: &Account) -> AccountView {
    AccountView {
        id: account.id.number(),
        server: server_offer(&account.server),
        email: account.email.clone(),
        by_token: account.by_token,
    }
}

/// Number of fields with unsent edits. A field with two edits counts once.
pub(crate) fn unsent_count(edits: &[Edit]) -> usize {
    Field::ALL.into_iter().filter(|field| edits.iter().any(|edit| edit.field == *field)).count()
}

fn shown_language(state: &State, profile: Option<&Profile>) -> InterfaceLanguage {
    let view_of = |tag: &str| match interface_language(tag) {
        lapel_domain::InterfaceLanguage::English => InterfaceLanguage::En,
        lapel_domain::InterfaceLanguage::Spanish => InterfaceLanguage::Es,
    };
    match state.preferences.language {
        LanguagePreference::En => InterfaceLanguage::En,
        LanguagePreference::Es => InterfaceLanguage::Es,
        LanguagePreference::Profile => {
            // An unsent edit counts too, because saving a language switches the interface at once.
            let saved = state.edits.iter().rev().find_map(|edit| match (&edit.field, &edit.mine) {
                (Field::Language, EditValue::Text(tag)) => Some(tag.as_str()),
                _ => None,
            });
            let known = saved.or(profile.map(|profile| profile.language.as_str())).filter(|tag| !tag.is_empty());
            view_of(known.unwrap_or(&state.system_language))
        }
    }
}

/// Makes views of picture addresses for the active account.
struct Pictures<'a> {
    state: &'a State,
    sources: &'a PictureSources,
}

impl Pictures<'_> {
    fn view(&self, address: &str) -> Option<PictureView> {
        let account = self.state.account.as_ref()?;
        (!address.is_empty()).then(|| self.sources.view(account.id, address))
    }
}

fn profile_view(profile: &Profile, state: &State, pictures: &Pictures<'_>) -> ProfileView {
    let full_name = shown_name(profile, &state.edits);
    ProfileView {
        id: profile.id.clone(),
        email: profile.email.clone(),
        first_name: profile.first_name.clone(),
        last_name: profile.last_name.clone(),
        initials: initials(&full_name),
        full_name,
        picture: shown_picture(profile, &state.edits, pictures),
        picture_address: profile.picture.clone(),
        language: profile.language.clone(),
        role: role_view(&profile.role, state),
        verification: profile.verification.clone(),
        two_factor: profile.two_factor,
        sso: profile.sso,
        has_password: profile.has_password,
        newsletter: profile.newsletter,
        organizations: organizations(profile, pictures),
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

/// The value of the latest edit of a field, if it is waiting or in flight. Rejected edits and conflicts do not count.
fn pending_value(edits: &[Edit], field: Field) -> Option<&EditValue> {
    let newest = edits.iter().rfind(|edit| edit.field == field && edit.state == StoredState::Waiting)?;
    Some(&newest.mine)
}

/// The picture, including a pending edit of it.
fn shown_picture(profile: &Profile, edits: &[Edit], pictures: &Pictures<'_>) -> Option<PictureView> {
    match pending_value(edits, Field::Picture) {
        Some(EditValue::LocalPicture(id)) => Some(PictureView { id: id.clone(), url: None }),
        Some(EditValue::Text(address)) => pictures.view(address),
        None => pictures.view(&profile.picture),
    }
}

/// The name, including pending edits of it.
fn shown_name(profile: &Profile, edits: &[Edit]) -> String {
    let pending_value = |field: Field| match pending_value(edits, field)? {
        EditValue::Text(text) => Some(text.clone()),
        EditValue::LocalPicture(_) => None,
    };
    match (pending_value(Field::FirstName), pending_value(Field::LastName)) {
        (None, None) => profile.display_name(),
        (first, last) => {
            let first = first.unwrap_or_else(|| profile.first_name.clone());
            let last = last.unwrap_or_else(|| profile.last_name.clone());
            format!("{first} {last}").trim().to_owned()
        }
    }
}

/// The organizations, the current one first. The server's list may not contain the current one.
fn organizations(profile: &Profile, pictures: &Pictures<'_>) -> Vec<OrganizationView> {
    let info = profile.organization_info.as_ref();
    let current = info.map(|info| info.organization.id.as_str()).or(profile.organization_id.as_deref());
    let view = |organization: &Organization| OrganizationView {
        id: organization.id.clone(),
        name: organization
            .name
            .clone()
            .or_else(|| organization.slug.clone())
            .unwrap_or_else(|| organization.id.clone()),
        picture: organization.picture.as_deref().and_then(|address| pictures.view(address)),
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
    let offline = state.session_state != SessionState::SignedIn || is_offline(state.error.as_ref());
    let allowed = |new: &UserRole| may_change_user_role(role, role, new).is_ok();
    let choices: Vec<RoleChoice> = [UserRole::Admin, UserRole::AdminViewer, UserRole::User]
        .iter()
        .filter(|new| allowed(new))
        .map(|new| RoleChoice { role: new.as_str().to_owned(), steps_down: steps_down(role, new) })
        .collect();
    let reason = match role {
        UserRole::ServiceAccount => Some(RoleReason::ServiceAccount),
        _ if choices.is_empty() => Some(RoleReason::OnlyAdmins),
        _ if offline => Some(RoleReason::Offline),
        _ => None,
    };
    RoleView { role: role.as_str().to_owned(), choices, reason }
}

/// The view of a field's edits: the value of the newest one, with the base and the delivery of the oldest one.
fn edit_view(field: Field, state: &State, pictures: &Pictures<'_>) -> Option<EditView> {
    let mut edits = state.edits.iter().filter(|edit| edit.field == field);
    let oldest = edits.next()?;
    let newest = edits.next_back().unwrap_or(oldest);
    // If no sync is sending, the outcome of an edit in flight is unknown. It is sent again, so it counts as waiting.
    let sending = oldest.in_flight && state.activity == Activity::Sending;
    let (edit_state, theirs, theirs_at, reason) = match &newest.state {
        StoredState::Waiting if sending => (EditState::Sending, None, None, None),
        StoredState::Waiting => (EditState::Waiting, None, None, waiting_reason(state)),
        StoredState::Refused { reason } => (EditState::Refused, None, None, Some(read_reason(reason))),
        StoredState::Conflict { theirs, theirs_at } => (EditState::Conflict, Some(theirs.clone()), *theirs_at, None),
    };
    let (mine, picture) = match &newest.mine {
        EditValue::Text(text) if field == Field::Picture => (text.clone(), pictures.view(text)),
        EditValue::Text(text) => (text.clone(), None),
        EditValue::LocalPicture(id) => (String::new(), Some(PictureView { id: id.clone(), url: None })),
    };
    let (base, made_at) = (oldest.base.clone(), newest.made_at);
    Some(EditView { field: field.into(), state: edit_state, base, mine, picture, theirs, theirs_at, reason, made_at })
}

/// Whether a failure means that there is no connection, or that the server is temporarily unavailable.
pub(crate) fn is_offline(error: Option<&AppError>) -> bool {
    use ErrorCode::{Between, NotKept, OtherPerson, Redirected, Transient};
    let is_temporary = |code| matches!(code, Between | NotKept | OtherPerson | Redirected | Transient);
    error.is_some_and(|error| is_unreached(error) || is_temporary(error.code))
}

/// Whether the request did not reach a server.
pub(crate) fn is_unreached(error: &AppError) -> bool {
    matches!(error.code, ErrorCode::Network | ErrorCode::UnknownServer | ErrorCode::Tls | ErrorCode::Proxy)
}

/// The state that the sidebar shows. States in which the user can do something come first.
fn sync_state(state: &State) -> SyncState {
    let has = |wanted: fn(&StoredState) -> bool| state.edits.iter().any(|edit| wanted(&edit.state));
    let session_ended = !matches!(state.session_state, SessionState::SignedIn | SessionState::Starting);
    match state.activity {
        _ if !state.can_save() => SyncState::StorageFailed,
        _ if session_ended => SyncState::SignedOut,
        Activity::Sending => SyncState::Sending,
        _ if has(|state| matches!(state, StoredState::Conflict { .. })) => SyncState::Conflict,
        _ if has(|state| matches!(state, StoredState::Refused { .. })) => SyncState::Refused,
        _ if waiting_reason(state).is_some() => SyncState::Refused,
        // Automatic retries after a failure are not shown, because they would flicker.
        Activity::Refreshing { by_user } if by_user || state.error.is_none() => SyncState::Refreshing,
        _ if is_offline(state.error.as_ref()) => SyncState::WaitingForNetwork,
        _ if state.checked && state.error.is_none() => SyncState::Fresh,
        _ => SyncState::Stale,
    }
}
