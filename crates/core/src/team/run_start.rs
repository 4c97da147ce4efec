//! Starts and continues batches. A batch is stored before its first request.

use std::sync::Arc;

use lapel_store::RoleBatch;
use tokio::sync::watch;

use super::batch::{Batch, Item};
use super::batch_record::batch_record;
use super::plan::plan_row;
use super::run::Run;
use super::run_ledger::RunLedger;
use super::run_row::RowChanger;
use super::run_rows::RunRows;
use super::run_wait::Pause;
use super::service::TeamService;
use crate::kernel::error::Failure;
use crate::kernel::error_reasons::{Cancellation, Misuse};
use crate::kernel::session::Session;
use crate::kernel::state::Caller;
use crate::views::{BatchRow, BatchRowState, BatchState, LeftOutReason};

impl TeamService {
    /// Stores the planned changes and starts them. They run in the background.
    pub(crate) async fn run_batch(&self) -> Result<(), Failure> {
        self.batch
            .read(|batch| if batch.state == BatchState::Planned { Ok(()) } else { Err(Misuse::NotPlanned.into()) })?;
        self.start_run(|_| ()).await
    }

    /// Continues the batch: the changes that failed or were not sent, from the current roles of the rows. They run in the
    /// background. Unknown outcomes are looked up first; those that cannot be looked up now stay as they are.
    pub(crate) async fn retry_batch(&self) -> Result<(), Failure> {
        self.open_team_of_batch().await?;
        if let Err(error) = self.look_up_now().await {
            tracing::debug!(%error, "unknown outcomes are looked up later");
        }
        let caller = self.state.read().caller()?;
        let again = self.team.read(|team| {
            self.batch.read(|batch| {
                if batch.state != BatchState::Over {
                    return Err(Misuse::NoBatch.into());
                }
                let plan = |index: usize| {
                    let item = &batch.items[index];
                    let planned = team.roster.get(&item.id).map(|entry| Item {
                        seen: entry.seen,
                        ..plan_row(&caller, &entry.row, batch.kind, &item.shown.to)
                    });
                    (index, planned)
                };
                let fails = |state| matches!(state, BatchRowState::Failed | BatchRowState::Cancelled);
                Ok(batch.indices(fails).into_iter().map(plan).collect::<Vec<_>>())
            })
        })?;
        self.start_run(move |batch| {
            for (index, planned) in again {
                batch.change(index, |item| match planned {
                    Some(planned) => {
                        let line = item.shown.line;
                        *item = Item { shown: BatchRow { line, ..planned.shown.clone() }, ..planned };
                    }
                    None => item.leave_out(LeftOutReason::NotAllowed),
                });
            }
        })
        .await
    }

    /// Prepares the batch with `prepare`, stores it, and starts it.
    async fn start_run(&self, prepare: impl FnOnce(&mut Batch)) -> Result<(), Failure> {
        let (session, _) = self.state.read().team_session()?;
        let (caller, now) = (self.state.read().caller()?, self.now());
        let (was_planned, record) = self.batch.update(|batch| {
            if batch.is_running() {
                return Err(Misuse::BatchRunning.into());
            }
            let was_planned = batch.state == BatchState::Planned;
            prepare(batch);
            batch.state = BatchState::Running;
            batch.stopped = None;
            batch.undone = None;
            batch.interrupted = false;
            batch.cancel = watch::Sender::new(false);
            batch.timed_from = Some((now, batch.finished()));
            if batch.started_at == 0 {
                batch.started_at = now;
            }
            Ok((was_planned, batch_record(batch)))
        })?;
        let (account, (batch, rows)) = (session.account.id, record);
        let to_store = batch.clone();
        let stored = self.disk.write_user_data(move |store| store.store_role_batch(account, &to_store, &rows)).await;
        if let Err(error) = stored {
            // Nothing was sent, so the same rows can be started again.
            self.batch.update(|batch| {
                batch.state = if was_planned { BatchState::Planned } else { BatchState::Over };
                if !was_planned {
                    batch.cancel_rest();
                }
                Ok(())
            })?;
            return Err(error);
        }
        let run = self.new_run(session, caller, batch)?;
        self.tasks.spawn(run.run());
        Ok(())
    }

    fn new_run(&self, session: Session, caller: Caller, record: RoleBatch) -> Result<Run, Failure> {
        let service = self.this.upgrade().ok_or(Cancellation::App)?;
        self.batch.read(|batch| {
            let cancelled = batch.cancel.subscribe();
            let planned = batch.items.iter().filter(|item| item.shown.state == BatchRowState::Planned);
            let organization = batch.organization.id.clone();
            let rows = RunRows::new(
                Arc::clone(&service),
                session.clone(),
                organization.clone(),
                planned.filter_map(|item| item.seen),
            );
            let changer = RowChanger {
                service: Arc::clone(&service),
                session: session.clone(),
                organization,
                kind: batch.kind,
                caller,
                rows,
            };
            Ok(Run {
                changer: Arc::new(changer),
                batch: batch.id,
                pause: Pause::new(Arc::clone(&service), batch.id, cancelled.clone()),
                cancelled,
                ledger: RunLedger::new(service, session, record),
                unreached: 0,
                forbidden: 0,
                stopped: None,
            })
        })
    }
}
