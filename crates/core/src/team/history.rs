//! The record of role changes made from this computer.

use std::collections::HashMap;

use lapel_domain::{Collaborator, RoleKind as StoredKind};
use lapel_store::{AccountId, RoleChange};

use super::present::name_of;
use crate::app::{App, Inner};
use crate::state::Session;
use crate::views::{AppError, HistoryOutcome, HistoryRow, HistoryWindow, RoleChanged, RoleKind};

/// Most rows of one window.
const MOST_ROWS: usize = 1000;

impl App {
    /// Some of the role changes made from this computer that hold a text, the latest first.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub async fn role_history(&self, search: &str, from: usize, count: usize) -> Result<HistoryWindow, AppError> {
        let rows = self.inner.history(search).await?;
        let found = rows.len();
        Ok(HistoryWindow { found, from, rows: rows.into_iter().skip(from).take(count.min(MOST_ROWS)).collect() })
    }
}

impl Inner {
    pub(super) async fn history(&self, search: &str) -> Result<Vec<HistoryRow>, AppError> {
        let account = self.account()?;
        let (id, search) = (account.id, search.to_owned());
        let changes = self.with_store(move |store| store.role_history(id, None, &search)).await?;
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
            outcome: outcome(&change.outcome),
        };
        Ok(changes.into_iter().map(row).collect())
    }

    async fn organization_names(&self, account: AccountId) -> Result<HashMap<String, String>, AppError> {
        let kept = self.with_store(move |store| store.organizations(account)).await?;
        let name = |kept: lapel_store::CachedOrganization| {
            let name = name_of(&kept.organization).to_owned();
            (kept.organization.id, name)
        };
        Ok(kept.into_iter().map(name).collect())
    }

    /// Notes a change that is about to be sent, of unknown outcome, and answers its number. One that cannot be noted is made
    /// all the same.
    pub(super) async fn note_change(
        &self,
        session: &Session,
        organization: &str,
        row: &Collaborator,
        changed: &RoleChanged,
        batch: Option<&str>,
    ) -> Option<i64> {
        let named = changed.name != row.email && !row.email.is_empty();
        let change = RoleChange {
            at: self.now(),
            organization: organization.to_owned(),
            collaborator: changed.id.clone(),
            // With the address: names are not unique.
            name: if named { format!("{} ({})", changed.name, row.email) } else { changed.name.clone() },
            kind: changed.kind.into(),
            old: changed.from.clone(),
            new: changed.to.clone(),
            outcome: word(HistoryOutcome::Unknown).to_owned(),
            batch: batch.map(str::to_owned),
        };
        let account = session.account.id;
        let noted = self.with_store(move |store| store.note_role_change(account, &change)).await;
        noted.inspect_err(|error| tracing::warn!(message = error.message, "a change of a role was not noted")).ok()
    }

    /// Notes what became of a change.
    pub(super) async fn settle_change(&self, noted: Option<i64>, outcome: HistoryOutcome) {
        let Some(number) = noted else { return };
        let settled = self.with_store(move |store| store.settle_role_change(number, word(outcome))).await;
        settled.unwrap_or_else(|error| {
            tracing::warn!(message = error.message, "a change of a role stays of unknown outcome")
        });
    }
}

/// How an outcome is kept.
pub(super) fn word(outcome: HistoryOutcome) -> &'static str {
    match outcome {
        HistoryOutcome::Made => "made",
        HistoryOutcome::Failed => "failed",
        HistoryOutcome::Unknown => "unknown",
    }
}

/// A word of a later version tells nothing.
fn outcome(word: &str) -> HistoryOutcome {
    match word {
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
