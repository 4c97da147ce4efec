//! The history of role changes made from this computer.

use std::collections::HashMap;

use lapel_domain::{Collaborator, RoleKind as DomainRoleKind};
use lapel_store::{AccountId, CachedOrganization, RoleChange, Store};

use super::service::TeamService;
use crate::kernel::error::Failure;
use crate::kernel::session::Session;
use crate::views::team_view::organization_name;
use crate::views::{HistoryCounts, HistoryOutcome, HistoryRow, HistoryWindow, RoleChanged, RoleKind};

/// The maximum number of rows on one page.
const MAX_ROWS: usize = 1000;

impl TeamService {
    /// One page of the role changes that contain `search`, newest first. `offset` is the number of newer changes to
    /// skip; `count` is the wanted number of rows.
    pub(crate) async fn role_history(
        &self,
        search: &str,
        offset: usize,
        count: usize,
    ) -> Result<HistoryWindow, Failure> {
        let rows = grouped(self.history(search).await?);
        let found = rows.len();
        Ok(HistoryWindow {
            found,
            from: offset,
            rows: rows.into_iter().skip(offset).take(count.min(MAX_ROWS)).collect(),
        })
    }

    /// All role changes of the active account that contain `search`, newest first.
    pub(super) async fn history(&self, search: &str) -> Result<Vec<HistoryRow>, Failure> {
        let account = self.state.read().active_account()?;
        let (id, search) = (account.id, search.to_owned());
        let changes = self.disk.run(move |store| store.role_history(id, None, &search)).await?;
        let names = self.organization_names(id).await?;
        let by = if account.email.is_empty() { account.user_id } else { account.email };
        let row = |change: RoleChange| HistoryRow {
            at: change.at,
            batch: change.batch,
            counts: HistoryCounts::of(parse_outcome(&change.outcome)),
            name: change.name,
            email: change.email,
            organization: names.get(&change.organization).cloned().unwrap_or(change.organization),
            by: by.clone(),
            kind: change.kind.into(),
            from: change.old,
            to: change.new,
            outcome: parse_outcome(&change.outcome),
        };
        Ok(changes.into_iter().map(row).collect())
    }

    /// The names of the cached organizations by id.
    async fn organization_names(&self, account: AccountId) -> Result<HashMap<String, String>, Failure> {
        let cached = self.disk.run(move |store| store.organizations(account)).await?;
        let name = |cached: CachedOrganization| {
            let name = organization_name(&cached.organization).to_owned();
            (cached.organization.id, name)
        };
        Ok(cached.into_iter().map(name).collect())
    }

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

    /// Records the outcome of a change. `record` is what [`Self::record_change`] returned.
    pub(super) async fn record_outcome(&self, record: Option<i64>, outcome: HistoryOutcome) {
        let Some(id) = record else { return };
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
        let (account, row, role) = (session.account.id, row.to_owned(), role.to_owned());
        let (made, not_made) = (outcome_name(HistoryOutcome::Made), not_made.map(outcome_name));
        let settle = move |store: &Store| store.settle_role_change(account, &row, kind.into(), &role, made, not_made);
        let settled = self.disk.run(settle).await;
        settled.unwrap_or_else(|error| {
            tracing::warn!(%error, "the outcome of an earlier role change was not recorded");
            false
        })
    }
}

/// Groups the changes of each batch into one row, at the place of its latest change.
fn grouped(rows: Vec<HistoryRow>) -> Vec<HistoryRow> {
    let (mut groups, mut batches): (Vec<HistoryRow>, HashMap<String, usize>) = (Vec::new(), HashMap::new());
    for row in rows {
        let known = row.batch.as_ref().and_then(|batch| batches.get(batch)).copied();
        match known.and_then(|index| groups.get_mut(index)) {
            Some(group) => group.add(&row),
            None => {
                batches.extend(row.batch.clone().map(|batch| (batch, groups.len())));
                groups.push(row);
            }
        }
    }
    groups
}

impl HistoryRow {
    fn add(&mut self, row: &Self) {
        if self.from != row.from {
            self.from.clear();
        }
        if self.to != row.to {
            self.to.clear();
        }
        self.counts.made += row.counts.made;
        self.counts.failed += row.counts.failed;
        self.counts.unknown += row.counts.unknown;
        let HistoryCounts { made, failed, unknown } = self.counts;
        self.outcome = match made.max(failed).max(unknown) {
            most if most == made => HistoryOutcome::Made,
            most if most == failed => HistoryOutcome::Failed,
            _ => HistoryOutcome::Unknown,
        };
    }
}

impl HistoryCounts {
    /// One change with this outcome.
    fn of(outcome: HistoryOutcome) -> Self {
        let none = Self::default();
        match outcome {
            HistoryOutcome::Made => Self { made: 1, ..none },
            HistoryOutcome::Failed => Self { failed: 1, ..none },
            HistoryOutcome::Unknown => Self { unknown: 1, ..none },
        }
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
fn parse_outcome(name: &str) -> HistoryOutcome {
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
