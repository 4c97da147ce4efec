//! Stores what a run does: each change before it is sent, and its outcome afterwards. Several rows are stored at a time,
//! because each write waits for the disk. A row whose outcome was not stored has an unknown one after a crash, and is
//! looked up; so a late write loses nothing.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use lapel_domain::Collaborator;
use lapel_store::{FinishedChange, RoleBatch, RoleChange, StartedChange};

use super::batch_record::outcome_record;
use super::history::outcome_name;
use super::service::TeamService;
use crate::kernel::error::Failure;
use crate::kernel::session::Session;
use crate::views::{BatchRowState, HistoryOutcome};

/// Outcomes are stored when this many have been collected ...
const MAX_COLLECTED: usize = 64;

/// ... or this long after the last write.
const MAX_DELAY: Duration = Duration::from_millis(250);

/// The name and the roles of a change, for the history.
pub(super) struct NamedChange {
    /// Index of the row in the batch.
    pub(super) index: usize,
    /// Id of the row.
    pub(super) id: String,
    pub(super) name: String,
    pub(super) email: String,
    pub(super) from: String,
    pub(super) to: String,
}

/// What became of a row.
pub(super) struct RowOutcome {
    /// Index of the row in the batch.
    pub(super) index: usize,
    /// `LeftOut` if the row was as wished before anything was sent.
    pub(super) state: BatchRowState,
    /// Why the change failed, or why its outcome is unknown.
    pub(super) failure: Option<Failure>,
    /// Whether the history keeps the change: something was sent.
    pub(super) was_sent: bool,
    /// The row as it was read last.
    pub(super) row: Option<Collaborator>,
}

impl RowOutcome {
    /// The outcome of a row that was not sent after all.
    pub(super) fn not_sent(index: usize) -> Self {
        Self { index, state: BatchRowState::Cancelled, failure: None, was_sent: false, row: None }
    }
}

/// Stores the changes of one run.
pub(super) struct RunLedger {
    service: Arc<TeamService>,
    session: Session,
    batch: RoleBatch,
    /// The numbers of the entries in the history, by index of the row.
    numbers: HashMap<usize, i64>,
    finished: Vec<FinishedChange>,
    rows: Vec<(Collaborator, i64)>,
    /// Ids of the rows that were changed, for the list in memory.
    made: Vec<String>,
    stored_at: Instant,
}

impl RunLedger {
    pub(super) fn new(service: Arc<TeamService>, session: Session, batch: RoleBatch) -> Self {
        let (numbers, finished, rows, made) = (HashMap::new(), Vec::new(), Vec::new(), Vec::new());
        Self { service, session, batch, numbers, finished, rows, made, stored_at: Instant::now() }
    }

    /// Records changes that are about to be sent.
    pub(super) async fn start(&mut self, changes: &[NamedChange]) -> Result<(), Failure> {
        let (at, batch) = (self.service.now(), self.batch.clone());
        let entry = |change: &NamedChange| RoleChange {
            at,
            organization: batch.organization.clone(),
            collaborator: change.id.clone(),
            name: change.name.clone(),
            email: change.email.clone(),
            kind: batch.kind,
            old: change.from.clone(),
            new: change.to.clone(),
            outcome: outcome_name(HistoryOutcome::Unknown).to_owned(),
            batch: Some(batch.id.clone()),
        };
        let started: Vec<StartedChange> = changes
            .iter()
            .map(|change| StartedChange { position: position(change.index), change: entry(change) })
            .collect();
        let (account, id) = (self.session.account.id, batch.id.clone());
        let disk = &self.service.disk;
        let numbers = disk.write_user_data(move |store| store.start_role_changes(account, &id, &started)).await?;
        self.numbers.extend(changes.iter().map(|change| change.index).zip(numbers));
        Ok(())
    }

    /// Collects the outcome of a change.
    pub(super) fn note(&mut self, outcome: RowOutcome) {
        let RowOutcome { index, state, failure, was_sent, row } = outcome;
        let history = match state {
            // What somebody else has done is no change of this run, even if an attempt was rejected before.
            _ if !was_sent || state == BatchRowState::LeftOut => None,
            BatchRowState::Done => Some(HistoryOutcome::Made),
            BatchRowState::Unknown => Some(HistoryOutcome::Unknown),
            _ => Some(HistoryOutcome::Failed),
        };
        // An earlier attempt has an entry of its own, which `TeamService::settle_change` settles.
        let record = self.numbers.remove(&index).map(|number| (number, history.map(outcome_name)));
        self.finished.push(FinishedChange {
            position: position(index),
            state: outcome_record(state, failure.as_ref()),
            record,
        });
        if state == BatchRowState::Done {
            self.made.extend(row.iter().map(|row| row.id.clone()));
        }
        self.rows.extend(row.map(|row| (row, self.service.now())));
    }

    /// Whether the collected outcomes should be stored now.
    pub(super) fn is_due(&self) -> bool {
        self.finished.len() >= MAX_COLLECTED || !self.finished.is_empty() && self.stored_at.elapsed() >= MAX_DELAY
    }

    /// Stores the collected outcomes and rows on the disk, and the rows in memory. After a failure they are kept for the
    /// next time.
    pub(super) async fn store(&mut self) -> Result<(), Failure> {
        self.stored_at = Instant::now();
        let guard = Arc::clone(&self.service.writes).lock_owned().await;
        let (finished, rows) = (Arc::new(std::mem::take(&mut self.finished)), Arc::new(std::mem::take(&mut self.rows)));
        let (service, session, made) =
            (Arc::clone(&self.service), self.session.clone(), std::mem::take(&mut self.made));
        let (batch, changes, changed_rows) = (self.batch.clone(), Arc::clone(&finished), Arc::clone(&rows));
        let stored = self.service.disk.write_user_data(move |store| {
            let _guard = guard;
            // The rows are updated in memory even if the disk fails.
            service.team.update_for(&session, &batch.organization, |team| {
                for (row, _) in changed_rows.iter() {
                    team.roster.put(row.clone(), None);
                }
                made.iter().for_each(|id| team.roster.note_changed(id));
                team.shown_version = team.roster.version();
            });
            store.finish_role_changes(session.account.id, &batch, &changes, &changed_rows)
        });
        stored.await.inspect_err(|_| {
            self.finished = Arc::unwrap_or_clone(finished);
            self.rows = Arc::unwrap_or_clone(rows);
        })
    }
}

fn position(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}
