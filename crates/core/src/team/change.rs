//! Changing one role: online, at once or not at all. The row is read again before, and what the server says counts.

use std::sync::Arc;

use lapel_api::{ApiError, ApiErrorKind, CollaboratorQuery, Delivery, UserUpdate};
use lapel_domain::{
    Collaborator, RoleDenial, TeamRole, TeamRoleDenial, UserRole, can_undo_team_role, can_undo_user_role,
    check_user_role_change, confirm_team_role, confirm_user_role, may_change_team_role, team_roles_on_offer,
    user_roles_on_offer,
};

use super::refresh::{ORDER, PAGE_ROWS, find_by_email};
use super::{Caller, no_team, team_failure};
use crate::app::{App, Inner};
use crate::state::Session;
use crate::views::{
    AppError, Confirmation, ErrorCode, HistoryOutcome, RoleChangeRequest, RoleChanged, RoleDialog, RoleKind, RoleOffer,
    TeamRoleChoice,
};

impl App {
    /// What may be made of the roles of a row, as far as is known without asking the server.
    ///
    /// # Errors
    /// [`ErrorCode::RowGone`].
    pub fn role_dialog(&self, id: &str) -> Result<RoleDialog, AppError> {
        let state = self.inner.state();
        let caller = state.caller().ok_or_else(no_team)?;
        let entry = state.team.as_ref().and_then(|team| team.directory.get(id)).ok_or_else(row_gone)?;
        let row = &entry.row;
        Ok(RoleDialog {
            id: row.id.clone(),
            name: row.display_name(),
            email: row.email.clone(),
            is_self: caller.is(row),
            team: team_offer(&caller, row),
            user: row.user_role.as_ref().filter(|_| !row.pending).map(|role| user_offer(&caller, row, role)),
        })
    }

    /// Changes a role, and answers when the server has said yes.
    ///
    /// # Errors
    /// Why it was not changed: [`ErrorCode::RoleMoved`] where the row has another role than the person saw,
    /// [`ErrorCode::RowGone`], [`ErrorCode::RoleNotAllowed`], or what the server said.
    pub async fn change_role(&self, request: RoleChangeRequest) -> Result<RoleChanged, AppError> {
        let (session, organization) = self.inner.team_session()?;
        let inner = Arc::clone(&self.inner);
        let work = async move { inner.change_role_in(&session, &organization, &request, None).await };
        self.inner.within_session(work).await
    }
}

impl Inner {
    /// The same within a session; `batch` names the batch that it is part of.
    pub(super) async fn change_role_in(
        self: &Arc<Self>,
        session: &Session,
        organization: &str,
        request: &RoleChangeRequest,
        batch: Option<&str>,
    ) -> Result<RoleChanged, AppError> {
        self.heed_end(session, self.change_once(session, organization, request, batch).await)
    }

    async fn change_once(
        self: &Arc<Self>,
        session: &Session,
        organization: &str,
        request: &RoleChangeRequest,
        batch: Option<&str>,
    ) -> Result<RoleChanged, AppError> {
        let row = self.read_row(session, organization, &request.id).await?;
        let present = role_of(&row, request.kind).unwrap_or_default().to_owned();
        if present != request.from {
            let moved = AppError::new(ErrorCode::RoleMoved, "the row has another role by now");
            return Err(moved.problem(&present));
        }
        let caller = self.state().caller().ok_or_else(no_team)?;
        check(&caller, &row, request.kind, &request.to)?;
        if request.kind == RoleKind::User {
            self.keeps_language(session).await?;
        }
        let changed = RoleChanged {
            id: row.id.clone(),
            name: row.display_name(),
            kind: request.kind,
            from: request.from.clone(),
            to: request.to.clone(),
            can_undo: can_undo(&caller, &row, request.kind, &request.to),
        };
        // Noted before it is sent: whatever happens to this computer meanwhile, the record knows of it.
        let noted = self.note_change(session, organization, &row, &changed, batch).await;
        match self.put_role_of(session, organization, &row, request).await {
            Ok(after) => {
                let kept = self.put_row(session, organization, after).await;
                self.settle_change(noted, HistoryOutcome::Made).await;
                kept.map(|()| changed)
            }
            Err(error) => {
                let unknown = error.delivery == Delivery::Unknown;
                let now = if unknown { Some(self.read_row(session, organization, &request.id).await) } else { None };
                let role = now.as_ref().map(|now| now.as_ref().ok().and_then(|row| role_of(row, request.kind)));
                let (outcome, made) = match role {
                    Some(Some(role)) if role == request.to => (HistoryOutcome::Made, true),
                    Some(None) => (HistoryOutcome::Unknown, false),
                    _ => (HistoryOutcome::Failed, false),
                };
                self.settle_change(noted, outcome).await;
                if made { Ok(changed) } else { Err(put_failure(error)) }
            }
        }
    }

    /// Reads a row again before it is changed: by its address, or where it has none by the page that held it.
    pub(super) async fn read_row(
        self: &Arc<Self>,
        session: &Session,
        organization: &str,
        id: &str,
    ) -> Result<Collaborator, AppError> {
        let known = {
            let state = self.state();
            let entry = state.team.as_ref().and_then(|team| team.directory.get(id));
            entry.map(|entry| (entry.row.email.clone(), entry.page))
        };
        let (email, page) = known.ok_or_else(row_gone)?;
        let found = match page {
            _ if !email.is_empty() => find_by_email(session, organization, &email, id).await.map_err(team_failure)?,
            Some(page) => {
                let query = CollaboratorQuery { page, limit: PAGE_ROWS, sort: ORDER, email: None };
                let answer = session.connection.collaborators(organization, &query).await.map_err(team_failure)?;
                answer.items.into_iter().find(|row| row.id == id)
            }
            None => None,
        };
        let row = found.ok_or_else(row_gone)?;
        self.put_row(session, organization, row.clone()).await?;
        Ok(row)
    }

    /// Whether a user role can be changed without losing what is left out: the language of others cannot be read, and so not
    /// be sent along to a server that empties it.
    async fn keeps_language(&self, session: &Session) -> Result<(), AppError> {
        let key = session.account.server.clone();
        match self.with_store(move |store| store.resets_omitted(&key)).await? {
            true => Err(AppError::new(ErrorCode::LanguageNeeded, "the server empties what is left out")),
            false => Ok(()),
        }
    }

    /// Sends the new role; answers the row as it is then.
    async fn put_role_of(
        self: &Arc<Self>,
        session: &Session,
        organization: &str,
        row: &Collaborator,
        request: &RoleChangeRequest,
    ) -> Result<Collaborator, ApiError> {
        let user_id = match (request.kind, &row.user_id) {
            (RoleKind::User, Some(user_id)) => user_id,
            _ => {
                let role = TeamRole::from(request.to.as_str());
                return session.connection.update_collaborator(organization, &row.id, &role).await;
            }
        };
        let update = UserUpdate { role: Some(request.to.clone()), ..UserUpdate::default() };
        let after = session.connection.update_user(user_id, &update, None).await?;
        if *user_id == session.account.user_id {
            // The own profile shows the role too.
            self.start_exchange();
        }
        Ok(Collaborator { user_role: Some(after.profile.role), ..row.clone() })
    }
}

/// The present role of a row, as the server spells it; none where it has none of this kind.
pub(super) fn role_of(row: &Collaborator, kind: RoleKind) -> Option<&str> {
    match kind {
        RoleKind::Team => Some(row.team_role.as_str()),
        RoleKind::User => row.user_role.as_ref().map(UserRole::as_str),
    }
}

/// Whether the rules let the caller give a role to a row.
pub(super) fn check(caller: &Caller, row: &Collaborator, kind: RoleKind, to: &str) -> Result<(), AppError> {
    let denied = |message: String, word| AppError::new(ErrorCode::RoleNotAllowed, message).problem(word);
    match (kind, &row.user_role) {
        (RoleKind::Team, _) => may_change_team_role(&caller.team, caller.is(row), &row.team_role, &to.into())
            .map_err(|denial| denied(denial.to_string(), team_word(denial))),
        (RoleKind::User, Some(role)) if row.user_id.is_some() => check_user_role_change(&caller.user, role, &to.into())
            .map_err(|denial| denied(denial.to_string(), user_word(denial))),
        (RoleKind::User, _) => Err(denied("an invitation has no user role".to_owned(), "pending")),
    }
}

/// Whether the caller can set the present role of a row again after it was changed.
pub(super) fn can_undo(caller: &Caller, row: &Collaborator, kind: RoleKind, to: &str) -> bool {
    match kind {
        RoleKind::Team => can_undo_team_role(&caller.team, caller.is(row), &row.team_role, &to.into()),
        RoleKind::User => {
            let undo = |role| can_undo_user_role(&caller.user, caller.is(row), role, &to.into());
            row.user_role.as_ref().is_some_and(undo)
        }
    }
}

/// Whether giving a role to a row is asked once more.
pub(super) fn confirmation(caller: &Caller, row: &Collaborator, kind: RoleKind, to: &str) -> Option<Confirmation> {
    let confirmation = match kind {
        RoleKind::Team => confirm_team_role(caller.is(row), &to.into()),
        RoleKind::User => confirm_user_role(caller.is(row), row.user_role.as_ref()?, &to.into()),
    };
    confirmation.map(Into::into)
}

fn team_offer(caller: &Caller, row: &Collaborator) -> RoleOffer {
    let (is_self, old) = (caller.is(row), &row.team_role);
    let roles = team_roles_on_offer(&caller.team, is_self, old);
    let choice = |new: &TeamRole| {
        let change = lapel_domain::AbilityChange::between(old.abilities(), new.abilities());
        choice(caller, row, RoleKind::Team, new.as_str(), change)
    };
    // Any other role tells why none may be given.
    let other = if *old == TeamRole::Viewer { TeamRole::Editor } else { TeamRole::Viewer };
    let denial =
        || may_change_team_role(&caller.team, is_self, old, &other).err().map(|denial| team_word(denial).to_owned());
    RoleOffer {
        role: old.as_str().to_owned(),
        choices: roles.iter().map(choice).collect(),
        reason: if roles.is_empty() { denial() } else { None },
    }
}

fn user_offer(caller: &Caller, row: &Collaborator, old: &UserRole) -> RoleOffer {
    let roles = user_roles_on_offer(&caller.user, old);
    let choice = |new: &UserRole| {
        let change = lapel_domain::AbilityChange::between(old.abilities(), new.abilities());
        choice(caller, row, RoleKind::User, new.as_str(), change)
    };
    let other = if *old == UserRole::User { UserRole::AdminViewer } else { UserRole::User };
    let denial = || check_user_role_change(&caller.user, old, &other).err().map(|denial| user_word(denial).to_owned());
    RoleOffer {
        role: old.as_str().to_owned(),
        choices: roles.iter().map(choice).collect(),
        reason: if roles.is_empty() { denial() } else { None },
    }
}

fn choice(
    caller: &Caller,
    row: &Collaborator,
    kind: RoleKind,
    to: &str,
    change: Option<lapel_domain::AbilityChange>,
) -> TeamRoleChoice {
    let words = |abilities: Vec<lapel_domain::Ability>| abilities.into_iter().map(Into::into).collect();
    let (gained, lost) = change.map(|change| (words(change.gained), words(change.lost))).unwrap_or_default();
    TeamRoleChoice {
        role: to.to_owned(),
        gained,
        lost,
        confirmation: confirmation(caller, row, kind, to),
        can_undo: can_undo(caller, row, kind, to),
    }
}

fn team_word(denial: TeamRoleDenial) -> &'static str {
    match denial {
        TeamRoleDenial::NoRight => "noRight",
        TeamRoleDenial::GivesOwner => "givesOwner",
        TeamRoleDenial::GivesUnknown => "givesUnknown",
        TeamRoleDenial::OwnOwnership => "ownOwnership",
        TeamRoleDenial::TakesOwner => "takesOwner",
        TeamRoleDenial::NoChange => "noChange",
        TeamRoleDenial::OnlyOwners => "onlyOwners",
    }
}

fn user_word(denial: RoleDenial) -> &'static str {
    match denial {
        RoleDenial::OnlyAdmins => "onlyAdmins",
        RoleDenial::TakesServiceAccount => "takesServiceAccount",
        RoleDenial::NotGiven => "notGiven",
        RoleDenial::NoChange => "noChange",
    }
}

pub(super) fn row_gone() -> AppError {
    AppError::new(ErrorCode::RowGone, "the row is not in the team")
}

/// What a refused PUT means: the row was there a moment ago, so that 3001 is about it.
pub(super) fn put_failure(error: ApiError) -> AppError {
    let gone = matches!(error.kind, ApiErrorKind::Missing { known: true });
    let failure = team_failure(error);
    if gone { AppError { code: ErrorCode::RowGone, ..failure } } else { failure }
}
