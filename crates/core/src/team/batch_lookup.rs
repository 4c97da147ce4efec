//! Looks up rows of a batch whose outcome is unknown because an answer was lost.

use std::sync::Arc;

use lapel_domain::Collaborator;
use tokio::task::JoinSet;

use super::batch::Batch;
use super::batch_record::batch_record;
use super::crawl::PARALLEL_REQUESTS;
use super::row_key::RowChange;
use super::row_value::{moved, value_of};
use super::run_ledger::{RowOutcome, RunLedger};
use super::service::TeamService;
use crate::kernel::error::Failure;
use crate::kernel::error_reasons::Cancellation;
use crate::kernel::session::Session;
use crate::views::{AppError, BatchRowState, BatchState, ChangeKind};

impl TeamService {
    /// Fails if not all unknown rows could be looked up. Does nothing while the batch runs, or if there is none.
    pub(super) async fn look_up_now(&self) -> Result<(), Failure> {
        let unknown =
            self.batch.read(|batch| Ok((batch.id, batch.kind, batch_record(batch).0, unknown_changes(batch))));
        let Ok((id, kind, record, unknown)) = unknown else { return Ok(()) };
        if unknown.is_empty() {
            return Ok(());
        }
        let session = self.state.read().active_session()?;
        let service = self.this.upgrade().ok_or(Cancellation::App)?;
        let (found, failure) = service.fetch_rows(&session, &record.organization, unknown).await?;
        let mut ledger = RunLedger::new(Arc::clone(&service), session.clone(), record);
        let mut outcomes = Vec::new();
        for (change, row) in found {
            if let Some(row) = &row {
                // If the change was not made, it was perhaps never sent; it is recorded when it is sent again.
                self.settle_change(&session, row, kind, None).await;
            }
            let outcome = outcome_of(&change, row, kind);
            outcomes.push((outcome.index, outcome.state, outcome.failure.as_ref().map(AppError::from)));
            ledger.note(outcome);
        }
        // The rows are stored first: what is said to be done must be shown in the list as well.
        ledger.store().await?;
        self.batch.update(|batch| {
            if batch.id == id && batch.state == BatchState::Over {
                for (index, state, error) in outcomes {
                    batch.change(index, |item| (item.shown.state, item.shown.error) = (state, error));
                }
            }
            Ok(())
        })?;
        failure.map_or(Ok(()), Err)
    }

    /// Reads the rows of these changes, several at a time, until a request fails. A row is `None` if the server no longer
    /// has it.
    async fn fetch_rows(
        self: &Arc<Self>,
        session: &Session,
        organization: &str,
        changes: Vec<RowChange>,
    ) -> Result<(Vec<(RowChange, Option<Collaborator>)>, Option<Failure>), Failure> {
        let (mut requests, mut waiting) = (JoinSet::new(), changes.into_iter());
        let (mut rows, mut failure) = (Vec::new(), None);
        loop {
            while requests.len() < PARALLEL_REQUESTS && failure.is_none() {
                let Some(change) = waiting.next() else { break };
                let (service, session, team) = (Arc::clone(self), session.clone(), organization.to_owned());
                requests.spawn(async move { (service.fetch_row(&session, &team, &change.key()).await, change) });
            }
            let Some(answered) = requests.join_next().await else { break };
            match answered.map_err(Failure::internal)? {
                (Ok(row), change) => rows.push((change, Some(row))),
                (Err(Failure::RowGone(_)), change) => rows.push((change, None)),
                (Err(error), _) => failure = Some(error),
            }
        }
        Ok((rows, failure))
    }
}

/// The changes of an ended batch whose outcome is unknown.
fn unknown_changes(batch: &Batch) -> Vec<RowChange> {
    if batch.state != BatchState::Over {
        return Vec::new();
    }
    let unknown = batch.indices(|state| state == BatchRowState::Unknown);
    unknown.into_iter().map(|index| batch.items[index].change(index)).collect()
}

/// What became of a change, by what the row has now.
fn outcome_of(change: &RowChange, row: Option<Collaborator>, kind: ChangeKind) -> RowOutcome {
    let value = row.as_ref().map(|row| value_of(row, kind, &change.from, &change.to));
    let (state, failure) = match value {
        Some(value) if value == change.to => (BatchRowState::Done, None),
        Some(value) if value == change.from => (BatchRowState::Cancelled, None),
        Some(value) => (BatchRowState::Failed, Some(moved(kind, value))),
        None => (BatchRowState::Failed, Some(Failure::RowGone(None))),
    };
    RowOutcome { index: change.index, state, failure, was_sent: false, row }
}
