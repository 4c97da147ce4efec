//! Changing one role, or the tags of one row. A change needs a connection and is never queued. The row is read first, and a change counts as
//! made only after the server has confirmed it.

use std::sync::Arc;

use lapel_api::{ApiError, ApiErrorKind, UserUpdate};
use lapel_domain::{Collaborator, TagsChange, TeamRole, same_tags};

use super::role_options::{can_undo, role_of};
use super::row_key::RowKey;
use super::row_value::{check_change, moved, tags_change, tags_text, value_of};
use super::service::TeamService;
use crate::kernel::error::Failure;
use crate::kernel::error_reasons::Cancellation;
use crate::kernel::role_change::{NotSent, RoleTarget, Sent, send_role};
use crate::kernel::session::Session;
use crate::views::{ChangeKind, HistoryOutcome, RoleChangeRequest, RoleChanged, TagsChangeRequest, TagsChanged};

/// A row, as the target of a change.
pub(super) struct RowTarget<'a> {
    pub(super) service: &'a TeamService,
    pub(super) session: &'a Session,
    pub(super) organization: &'a str,
    /// The row as it was read before.
    pub(super) row: &'a Collaborator,
    pub(super) kind: ChangeKind,
    pub(super) from: &'a str,
    pub(super) to: &'a str,
    /// What to send for a user role.
    pub(super) update: Option<UserUpdate>,
    /// The row as the server has returned it last; the caller stores it.
    pub(super) after: Option<Collaborator>,
}

impl RoleTarget for RowTarget<'_> {
    async fn send(&mut self, to: &str) -> Result<Sent, Failure> {
        let after = match self.put(to).await {
            Ok(after) => after,
            Err(error) => return Err(self.service.put_refused(self.session, self.organization, self.row, error).await),
        };
        // Only a response with the new value shows that it was stored.
        let Some(after) = after.filter(|after| value_of(after, self.kind, self.from, to) == to) else {
            return Ok(Sent::NotShown);
        };
        self.after = Some(after);
        Ok(Sent::Has(to.to_owned()))
    }

    async fn read(&mut self) -> Result<String, Failure> {
        let row = self.service.fetch_row(self.session, self.organization, &RowKey::of(self.row, None)).await?;
        let value = value_of(&row, self.kind, self.from, self.to);
        self.after = Some(row);
        Ok(value)
    }
}

impl RowTarget<'_> {
    /// Sends the new value. Returns the changed row; none if the server did not return it, or returned a different row.
    async fn put(&self, to: &str) -> Result<Option<Collaborator>, ApiError> {
        let Self { service, session, row, organization, .. } = self;
        if self.kind == ChangeKind::Tags {
            let tags = tags_change(self.from, to).applied_to(&row.tags);
            let after = session.connection.update_tags(organization, &row.id, &tags).await?;
            return Ok(after.filter(|after| is_same_row(after, row)));
        }
        let Some((user_id, update)) = row.user_id.as_ref().zip(self.update.as_ref()) else {
            let after = session.connection.update_team_role(organization, &row.id, &TeamRole::from(to)).await?;
            return Ok(after.filter(|after| is_same_row(after, row)));
        };
        let after = service.update_other(session, user_id, row, update).await?;
        if *user_id == session.account.user_id {
            // The user's own profile shows the role as well.
            service.sync.start();
        }
        Ok(after.map(|after| Collaborator { user_role: Some(after.role), ..(*row).clone() }))
    }
}

/// A change of one row that the user has asked for.
struct SingleChange {
    kind: ChangeKind,
    from: String,
    to: String,
}

/// How a row has come to be as wished.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Success {
    /// The user has changed it.
    Made,
    /// Somebody else has made the same change before, so it is not the user's to undo.
    FoundSo,
}

impl TeamService {
    /// Changes a role, and returns after the server has confirmed it. If the row has the role already, somebody else has given
    /// it, and there is nothing to undo.
    ///
    /// Fails with [`Failure::RoleMoved`] if the row has another role than the user saw, with [`Failure::RowGone`] if
    /// it is no longer in the team, with a failure of [`check_change`], or with the failure of the request.
    pub(crate) async fn change_role(&self, request: RoleChangeRequest) -> Result<RoleChanged, Failure> {
        self.in_session(|service, session, organization| async move {
            let row = service.read_row(&session, &organization, &request.id, None).await?;
            let RoleChangeRequest { kind, from, to, .. } = request;
            let can_undo = can_undo(&service.state.read().caller()?, &row, kind, &to);
            let changed = RoleChanged { id: row.id.clone(), name: row.display_name(), kind, from, to, can_undo };
            let change = SingleChange { kind: kind.into(), from: changed.from.clone(), to: changed.to.clone() };
            let is_as_seen = role_of(&row, kind).unwrap_or_default() == change.from;
            let success = service.change_row(&session, &organization, &row, change, is_as_seen).await?;
            Ok(RoleChanged { can_undo: changed.can_undo && success == Success::Made, ..changed })
        })
        .await
    }

    /// Changes the tags of a row, and returns after the server has confirmed it. If the row has them already, the change that
    /// it returns is empty.
    ///
    /// An undo looks only at the tags that it changes, as in a batch: what others have changed meanwhile stays. It puts back
    /// exactly what was there, so these tags are not validated.
    ///
    /// Fails with [`Failure::InvalidTag`], with [`Failure::TagsMoved`] if the row has other tags than the user saw, or like
    /// [`Self::change_role`].
    pub(crate) async fn change_tags(&self, request: TagsChangeRequest) -> Result<TagsChanged, Failure> {
        let change = match request.undoes {
            true => TagsChange::difference(&request.from, &request.to),
            false => TagsChange::between(&request.from, &request.to)?,
        };
        self.in_session(|service, session, organization| async move {
            let row = service.read_row(&session, &organization, &request.id, None).await?;
            let from = if request.undoes { row.tags.clone() } else { request.from };
            let changed = tags_changed(&row, from, change);
            if changed.added.is_empty() && changed.removed.is_empty() {
                return Ok(changed);
            }
            let (from, to) = (tags_text(&changed.removed), tags_text(&changed.added));
            let is_as_seen = match request.undoes {
                true => value_of(&row, ChangeKind::Tags, &from, &to) == from,
                false => same_tags(&row.tags, &changed.from),
            };
            let change = SingleChange { kind: ChangeKind::Tags, from, to };
            let success = service.change_row(&session, &organization, &row, change, is_as_seen).await?;
            let nothing = || tags_changed(&row, row.tags.clone(), TagsChange::default());
            Ok(if success == Success::Made { changed } else { nothing() })
        })
        .await
    }

    /// Runs a change of a row of the open team. It ends with the session.
    async fn in_session<T, Change>(
        &self,
        change: impl FnOnce(Arc<Self>, Session, String) -> Change,
    ) -> Result<T, Failure>
    where
        T: Send + 'static,
        Change: Future<Output = Result<T, Failure>> + Send + 'static,
    {
        let (session, organization) = self.state.read().team_session()?;
        let service = self.this.upgrade().ok_or(Cancellation::App)?;
        let change = change(Arc::clone(&service), session.clone(), organization);
        self.tasks
            .run_in_session(async move {
                let changed = change.await;
                service.state.expire_if_signed_out(&session, &changed);
                changed
            })
            .await
    }

    /// Makes a change of a row that was just read. `is_as_seen` says whether the row is as the user saw it.
    async fn change_row(
        &self,
        session: &Session,
        organization: &str,
        row: &Collaborator,
        change: SingleChange,
        is_as_seen: bool,
    ) -> Result<Success, Failure> {
        let SingleChange { kind, from, to } = change;
        let was_made = self.settle_change(session, row, kind, Some(HistoryOutcome::Failed)).await;
        if !is_as_seen {
            let value = value_of(row, kind, &from, &to);
            return match value == to {
                // The response to an earlier attempt was lost, and that attempt was successful.
                true if was_made => Ok(Success::Made),
                true => Ok(Success::FoundSo),
                false => Err(moved(kind, value)),
            };
        }
        let caller = self.state.read().caller()?;
        check_change(&caller, row, kind, &to)?;
        let update = match kind {
            ChangeKind::User => Some(self.role_update(session, row, &to).await?),
            ChangeKind::Team | ChangeKind::Tags => None,
        };
        // Recorded before the request, so that the history has the change even if the computer is switched off now.
        let recorded = self.record_change(session, organization, row, kind, [&from, &to]).await;
        let mut target =
            RowTarget { service: self, session, organization, row, kind, from: &from, to: &to, update, after: None };
        let sent = send_role(&mut target, &from, &to).await;
        let after = target.after.take();
        self.record_outcome(session, &row.id, recorded, outcome_of(&sent)).await;
        let stored = match after {
            Some(after) => self.put_row(session, organization, after).await,
            None => Ok(()),
        };
        sent.map_err(|not_sent| not_sent.failure_of(kind)).and(stored).map(|()| Success::Made)
    }
}

/// A change of the tags of a row that has the tags `from`.
fn tags_changed(row: &Collaborator, from: Vec<String>, change: TagsChange) -> TagsChanged {
    let to = change.applied_to(&from);
    let TagsChange { removed, added } = change;
    TagsChanged { id: row.id.clone(), name: row.display_name(), from, to, added, removed }
}

impl NotSent {
    /// The reason, for a change of this kind.
    pub(super) fn failure_of(self, kind: ChangeKind) -> Failure {
        match self.failure {
            Failure::RoleMoved(value) => moved(kind, value),
            failure => failure,
        }
    }
}

/// Whether the server has rejected a change because the user may not make it.
pub(super) fn is_forbidden(failure: &Failure) -> bool {
    failure.request().is_some_and(|error| error.kind == ApiErrorKind::Forbidden)
}

/// The outcome of a change for the history.
pub(super) fn outcome_of(sent: &Result<(), NotSent>) -> HistoryOutcome {
    match sent {
        Ok(()) => HistoryOutcome::Made,
        Err(not_sent) if not_sent.is_unknown => HistoryOutcome::Unknown,
        Err(_) => HistoryOutcome::Failed,
    }
}

/// Whether a response is about the row that was changed.
fn is_same_row(response: &Collaborator, row: &Collaborator) -> bool {
    let is_same_person = row.user_id.is_none() || response.user_id == row.user_id;
    response.id == row.id && response.organization == row.organization && is_same_person
}
