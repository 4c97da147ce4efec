//! Records changes made from this computer in the history, which `history_rows` reads.

use lapel_domain::Collaborator;
use lapel_store::{RoleChange, Store};

use super::row_value::value_of;
use super::service::TeamService;
use crate::kernel::session::Session;
use crate::views::{ChangeKind, HistoryOutcome};

impl TeamService {
    /// Records a change with an unknown outcome, before it is sent. Returns the id of the record, or `None` if it could
    /// not be recorded; the caller sends the change anyway.
    pub(super) async fn record_change(
        &self,
        session: &Session,
        organization: &str,
        row: &Collaborator,
        kind: ChangeKind,
        [old, new]: [&str; 2],
    ) -> Option<i64> {
        let change = RoleChange {
            at: self.now(),
            organization: organization.to_owned(),
            collaborator: row.id.clone(),
            name: row.display_name(),
            email: row.email.clone(),
            kind: kind.into(),
            old: old.to_owned(),
            new: new.to_owned(),
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
    /// Settles the last change of a row with an unknown outcome, now that the row is known: it was made, or it gets the
    /// outcome `not_made`. Without `not_made`, a change that was not made is removed from the history. Returns whether it
    /// was made.
    pub(super) async fn settle_change(
        &self,
        session: &Session,
        row: &Collaborator,
        kind: ChangeKind,
        not_made: Option<HistoryOutcome>,
    ) -> bool {
        let (account, present) = (session.account.id, row.clone());
        let (made, not_made) = (outcome_name(HistoryOutcome::Made), not_made.map(outcome_name));
        let settle = move |store: &Store| {
            let value = |old: &str, new: &str| value_of(&present, kind, old, new);
            store.settle_role_change(account, &present.id, kind.into(), value, made, not_made)
        };
        let settled = self.disk.run(settle).await;
        let was_made = settled.unwrap_or_else(|error| {
            tracing::warn!(%error, "the outcome of an earlier role change was not recorded");
            false
        });
        if was_made {
            self.note_changed(session, &row.id);
        }
        was_made
    }

    /// Notes in memory that the user has changed a row, as the history says.
    fn note_changed(&self, session: &Session, row: &str) {
        self.team.update_any(session, |team| {
            team.roster.note_changed(row);
            team.shown_version = team.roster.version();
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
