//! The history of role changes made from this computer.

use std::collections::HashMap;

use lapel_domain::{Collaborator, RoleKind as StoredKind};
use lapel_store::{AccountId, CachedOrganization, RoleChange};

use super::service::TeamService;
use crate::kernel::error::Failure;
use crate::kernel::session::Session;
use crate::views::team_view::organization_name;
use crate::views::{HistoryOutcome, HistoryRow, HistoryWindow, RoleChanged, RoleKind};

/// The maximum number of rows of one window.
const MAX_ROWS: usize = 1000;

impl TeamService {
    /// A window of the role changes that contain a text, the latest first.
    pub(crate) async fn role_history(&self, search: &str, from: usize, count: usize) -> Result<HistoryWindow, Failure> {
        let rows = self.history(search).await?;
        let found = rows.len();
        Ok(HistoryWindow { found, from, rows: rows.into_iter().skip(from).take(count.min(MAX_ROWS)).collect() })
    }

    /// All role changes that contain a text, the latest first.
    pub(super) async fn history(&self, search: &str) -> Result<Vec<HistoryRow>, Failure> {
        let account = self.state.read().active_account()?;
        let (id, search) = (account.id, search.to_owned());
        let changes = self.disk.run(move |store| store.role_history(id, None, &search)).await?;
        let names = self.organization_names(id).await?;
        let by = if account.email.is_empty() { account.user_id } else { account.email };
        let row = |change: RoleChange| HistoryRow {
            at: change.at,
            name: change.name,
            organization: names.get(&change.organization).cloned().unwrap_or(change.organization),
            by: by.clone(),
            kind: change.kind.into(),
            from: change.old,
            to: change.new,
            outcome: parse_outcome(&change.outcome),
        };
        Ok(changes.into_iter().map(row).collect())
    }

    async fn organization_names(&self, account: AccountId) -> Result<HashMap<String, String>, Failure> {
        let cached = self.disk.run(move |store| store.organizations(account)).await?;
        let name = |cached: CachedOrganization| {
            let name = organization_name(&cached.organization).to_owned();
            (cached.organization.id, name)
        };
        Ok(cached.into_iter().map(name).collect())
    }

    /// Records a change before it is sent, with an unknown outcome, and returns its number. If it cannot be recorded,
    /// the change is sent nevertheless.
    pub(super) async fn record_change(
        &self,
        session: &Session,
        organization: &str,
        row: &Collaborator,
        changed: &RoleChanged,
        batch: Option<&str>,
    ) -> Option<i64> {
        let has_name = changed.name != row.email && !row.email.is_empty();
        let change = RoleChange {
            at: self.now(),
            organization: organization.to_owned(),
            collaborator: changed.id.clone(),
            // With the email address, because names are not unique.
            name: if has_name { format!("{} ({})", changed.name, row.email) } else { changed.name.clone() },
            kind: changed.kind.into(),
            old: changed.from.clone(),
            new: changed.to.clone(),
            outcome: outcome_name(HistoryOutcome::Unknown).to_owned(),
            batch: batch.map(str::to_owned),
        };
        let account = session.account.id;
        let recorded = self.disk.run(move |store| store.record_role_change(account, &change)).await;
        recorded.inspect_err(|error| tracing::warn!(%error, "a role change was not recorded")).ok()
    }

    /// Records the outcome of a change.
    pub(super) async fn record_outcome(&self, recorded: Option<i64>, outcome: HistoryOutcome) {
        let Some(number) = recorded else { return };
        let result = self.disk.run(move |store| store.record_role_change_outcome(number, outcome_name(outcome))).await;
        result.unwrap_or_else(|error| {
            tracing::warn!(%error, "the outcome of a role change was not recorded");
        });
    }
}

/// The stored form of an outcome.
pub(super) fn outcome_name(outcome: HistoryOutcome) -> &'static str {
    match outcome {
        HistoryOutcome::Made => "made",
        HistoryOutcome::Failed => "failed",
        HistoryOutcome::Unknown => "unknown",
    }
}

/// Parses an outcome. One that a later version has stored counts as unknown.
fn parse_outcome(name: &str) -> HistoryOutcome {
    match name {
        "made" => HistoryOutcome::Made,
        "failed" => HistoryOutcome::Failed,
        _ => HistoryOutcome::Unknown,
    }
}

impl From<StoredKind> for RoleKind {
    fn from(kind: StoredKind) -> Self {
        match kind {
            StoredKind::Team => Self::Team,
            StoredKind::User => Self::User,
        }
    }
}

impl From<RoleKind> for StoredKind {
    fn from(kind: RoleKind) -> Self {
        match kind {
            RoleKind::Team => Self::Team,
            RoleKind::User => Self::User,
        }
    }
}
