//! Records role changes made from this computer in the history, which `history_rows` reads.

use lapel_domain::{Collaborator, RoleKind as DomainRoleKind};
use lapel_store::{RoleChange, Store};

use super::service::TeamService;
use crate::kernel::session::Session;
use crate::views::{HistoryOutcome, RoleChanged, RoleKind};

impl TeamService {
    /// Records a change with an unknown outcome, before it is sent. Returns the id of the record, or `None` if it could
    /// not be recorded; the caller sends the change anyway.
    pub(super) async fn record_change(
        &self,
        session: &Session,
        organization: &str,
        collaborator: &Collaborator,
        changed: &RoleChanged,
    ) -> Option<i64> {
        let change = RoleChange {
            at: self.now(),
            organization: organization.to_owned(),
            collaborator: changed.id.clone(),
            name: changed.name.clone(),
            email: collaborator.email.clone(),
            kind: changed.kind.into(),
            old: changed.from.clone(),
            new: changed.to.clone(),
            outcome: outcome_name(HistoryOutcome::Unknown).to_owned(),
            batch: None,
        };
        let account = session.account.id;
        let recorded = self.disk.run(move |store| store.record_role_change(account, &change)).await;
        recorded.inspect_err(|error| tracing::warn!(%error, "a role change was not recorded")).ok()
    }

    /// Records the outcome of a change of a row. `record` is what [`Self::record_change`] returned.
    pub(super) async fn record_outcome(
        &self,
        session: &Session,
        row: &str,
        record: Option<i64>,
        outcome: HistoryOutcome,
    ) {
        let Some(id) = record else { return };
        if outcome == HistoryOutcome::Made {
            self.note_changed(session, row);
        }
        let result = self.disk.run(move |store| store.record_role_change_outcome(id, outcome_name(outcome))).await;
        result.unwrap_or_else(|error| {
            tracing::warn!(%error, "the outcome of a role change was not recorded");
        });
    }
}

impl TeamService {
    /// Settles the last change of a row with an unknown outcome, now that its role is known: it was made, or it gets the
    /// outcome `not_made`. Without `not_made`, a change that was not made is removed from the history. Returns whether it
    /// was made.
    pub(super) async fn settle_change(
        &self,
        session: &Session,
        row: &str,
        kind: RoleKind,
        role: &str,
        not_made: Option<HistoryOutcome>,
    ) -> bool {
        let (account, id, role) = (session.account.id, row.to_owned(), role.to_owned());
        let (made, not_made) = (outcome_name(HistoryOutcome::Made), not_made.map(outcome_name));
        let settle = move |store: &Store| store.settle_role_change(account, &id, kind.into(), &role, made, not_made);
        let settled = self.disk.run(settle).await;
        let was_made = settled.unwrap_or_else(|error| {
            tracing::warn!(%error, "the outcome of an earlier role change was not recorded");
            false
        });
        if was_made {
            self.note_changed(session, row);
        }
        was_made
    }

    /// Notes in memory that the user has changed a row, as the history says.
    fn note_changed(&self, session: &Session, row: &str) {
        self.team.update_any(session, |team| {
            team.roster.note_changed(row);
            team.shown_version = team.roster.version;
        });
    }
}

/// The name of an outcome in the database.
pub(super) fn outcome_name(outcome: HistoryOutcome) -> &'static str {
    match outcome {
        HistoryOutcome::Made => "made",
        HistoryOutcome::Failed => "failed",
        HistoryOutcome::Unknown => "unknown",
    }
}

/// Parses the name of an outcome. An unrecognized name, such as one stored by a newer version of Lapel, becomes
/// `Unknown`.
pub(super) fn parse_outcome(name: &str) -> HistoryOutcome {
    match name {
        "made" => HistoryOutcome::Made,
        "failed" => HistoryOutcome::Failed,
        _ => HistoryOutcome::Unknown,
    }
}

impl From<DomainRoleKind> for RoleKind {
    fn from(kind: DomainRoleKind) -> Self {
        match kind {
            DomainRoleKind::Team => Self::Team,
            DomainRoleKind::User => Self::User,
        }
    }
}

impl From<RoleKind> for DomainRoleKind {
    fn from(kind: RoleKind) -> Self {
        match kind {
            RoleKind::Team => Self::Team,
            RoleKind::User => Self::User,
        }
    }
}
