//! Batches from the disk: the one that was interrupted is offered after the start and after each sign-in, and earlier ones
//! are opened from the history. Also looks up unknown outcomes.

use std::sync::Arc;

use lapel_store::{AccountId, StoredBatch};
use tokio::task::JoinSet;

use super::batch::Batch;
use super::batch_record::{batch_from_record, batch_record};
use super::crawl::PARALLEL_REQUESTS;
use super::role_options::role_of;
use super::run_ledger::{RowOutcome, RunLedger};
use super::service::TeamService;
use crate::kernel::backoff::random;
use crate::kernel::error::Failure;
use crate::kernel::error_reasons::{Cancellation, Misuse};
use crate::views::team_view::organization_name;
use crate::views::{AppError, BatchRowState, BatchState};

impl TeamService {
    /// Shows the batch that was interrupted, if there is one. It is not continued without the user.
    pub(crate) fn restore_batch(&self) {
        let Some(service) = self.this.upgrade() else { return };
        tokio::spawn(async move {
            if let Err(error) = service.restore().await {
                tracing::warn!(%error, "an interrupted batch could not be read");
            }
        });
    }

    async fn restore(self: Arc<Self>) -> Result<(), Failure> {
        let account = self.state.read().active_account()?.id;
        let stored = self.disk.run(move |store| store.open_role_batch(account)).await?;
        let Some(stored) = stored else { return Ok(()) };
        let mut batch = self.named_batch(account, stored).await?;
        batch.interrupted = true;
        self.batch.replace(|present| {
            if present.is_none() {
                *present = Some(batch);
            }
            Ok(())
        })?;
        self.look_up_unknown();
        Ok(())
    }

    /// Shows a batch of the history, unless one is running.
    pub(crate) async fn open_batch(&self, id: &str) -> Result<(), Failure> {
        let (account, id) = (self.state.read().active_account()?.id, id.to_owned());
        let stored = self.disk.run(move |store| store.role_batch(account, &id)).await?;
        let batch = self.named_batch(account, stored.ok_or(Misuse::NoBatch)?).await?;
        self.batch.replace(|present| match present {
            Some(running) if running.is_running() => Err(Misuse::BatchRunning.into()),
            _ => {
                *present = Some(batch);
                Ok(())
            }
        })?;
        self.look_up_unknown();
        Ok(())
    }

    async fn named_batch(&self, account: AccountId, stored: StoredBatch) -> Result<Batch, Failure> {
        let cached = self.disk.run(move |store| store.organizations(account)).await?;
        let id = stored.0.organization.clone();
        let cached = cached.iter().find(|cached| cached.organization.id == id);
        let name = cached.map_or(id, |cached| organization_name(&cached.organization).to_owned());
        Ok(batch_from_record(stored, name))
    }

    /// Opens the team of the batch, if another one is open.
    pub(super) async fn open_team_of_batch(&self) -> Result<(), Failure> {
        let organization = self.batch.read(|batch| Ok(batch.organization.id.clone()))?;
        let account = self.state.read().active_account()?;
        self.load(&account, Some(organization)).await
    }

    /// Looks up the rows whose outcome is unknown. Rows that cannot be read now are looked up later, at the latest after the
    /// next successful sync.
    pub(super) fn look_up_unknown(&self) {
        let is_known = self.batch.read(|batch| Ok(batch.indices(|state| state == BatchRowState::Unknown).is_empty()));
        if is_known.unwrap_or(true) {
            return;
        }
        let Some(service) = self.this.upgrade() else { return };
        let mut connectivity = self.connectivity.clone();
        connectivity.mark_unchanged();
        tokio::spawn(async move {
            let mut failures = 0;
            while let Err(error) = service.look_up_now().await {
                tracing::debug!(%error, "unknown outcomes are looked up later");
                failures += 1;
                tokio::select! {
                    changed = connectivity.changed() => {
                        // An error means that the app is closing.
                        if changed.is_err() {
                            return;
                        }
                    }
                    () = tokio::time::sleep(service.backoff.wait(failures, random())) => {}
                }
            }
        });
    }

    /// Fails if not all unknown rows could be looked up. Does nothing while the batch runs, or if there is none.
    pub(super) async fn look_up_now(&self) -> Result<(), Failure> {
        let unknown = self.batch.read(|batch| {
            let is_unknown = |state| state == BatchRowState::Unknown;
            let rows = if batch.state == BatchState::Over { batch.indices(is_unknown) } else { Vec::new() };
            let record = batch_record(batch).0;
            Ok((
                batch.id,
                batch.kind,
                record,
                rows.iter().map(|&index| batch.items[index].change(index)).collect::<Vec<_>>(),
            ))
        });
        let Ok((id, kind, record, unknown)) = unknown else { return Ok(()) };
        if unknown.is_empty() {
            return Ok(());
        }
        let session = self.state.read().active_session()?;
        let service = self.this.upgrade().ok_or(Cancellation::App)?;
        let mut ledger = RunLedger::new(Arc::clone(&service), session.clone(), record.clone());
        let mut lookups = JoinSet::new();
        let mut unknown = unknown.into_iter();
        let (mut failed, mut outcomes) = (None, Vec::new());
        loop {
            while lookups.len() < PARALLEL_REQUESTS && failed.is_none() {
                let Some(change) = unknown.next() else { break };
                let (service, session, team) = (Arc::clone(&service), session.clone(), record.organization.clone());
                lookups.spawn(async move { (service.fetch_row(&session, &team, &change.key()).await, change) });
            }
            let Some(found) = lookups.join_next().await else { break };
            let (found, change) = found.map_err(Failure::internal)?;
            let row = match found {
                Ok(row) => Some(row),
                Err(Failure::RowGone(_)) => None,
                Err(error) => {
                    failed = Some(error);
                    continue;
                }
            };
            let role = row.as_ref().and_then(|row| role_of(row, kind)).unwrap_or_default().to_owned();
            // If the change was not made, it was perhaps never sent; it is recorded when it is sent again.
            self.settle_change(&session, &change.id, kind, &role, None).await;
            let (state, failure) = match row {
                Some(_) if role == change.to => (BatchRowState::Done, None),
                Some(_) if role == change.from => (BatchRowState::Cancelled, None),
                Some(_) => (BatchRowState::Failed, Some(Failure::RoleMoved(role))),
                None => (BatchRowState::Failed, Some(Failure::RowGone(None))),
            };
            outcomes.push((change.index, state, failure.as_ref().map(AppError::from)));
            ledger.note(RowOutcome { index: change.index, state, failure, was_sent: false, row });
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
        failed.map_or(Ok(()), Err)
    }
}
