//! Starts and continues batches. A batch is stored before its first request.

use std::sync::Arc;

use lapel_store::RoleBatch;
use tokio::sync::watch;

use super::batch::{Batch, Item};
use super::batch_record::batch_record;
use super::plan::{plan_row, plan_tags};
use super::row_value::{moved, tags_change, value_of};
use super::run::Run;
use super::run_ledger::RunLedger;
use super::run_row::RowChanger;
use super::run_rows::{RunRows, max_age};
use super::run_wait::Pause;
use super::service::TeamService;
use super::team_cell::Team;
use crate::kernel::error::Failure;
use crate::kernel::error_reasons::{Cancellation, Misuse};
use crate::kernel::session::Session;
use crate::kernel::state::Caller;
use crate::views::{BatchRow, BatchRowState, BatchState, ChangeKind};

impl TeamService {
    /// Stores the planned changes and starts them. They run in the background.
    pub(crate) async fn run_batch(&self) -> Result<(), Failure> {
        self.batch
            .read(|batch| if batch.state == BatchState::Planned { Ok(()) } else { Err(Misuse::NotPlanned.into()) })?;
        self.start_run(|_| ()).await
    }

    /// Continues the batch: the changes that were not sent, or failed for a reason that may pass. They run in the
    /// background. A row that has another role now than the plan says is left to whoever has changed it. Unknown outcomes
    /// are looked up first; those that cannot be looked up now stay as they are. A batch that waits goes on at once.
    pub(crate) async fn retry_batch(&self) -> Result<(), Failure> {
        if self.end_pause()? {
            return Ok(());
        }
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
                let again = batch.items.iter().enumerate().filter(|(_, item)| item.can_retry());
                let plan = |(index, item): (usize, &Item)| (index, plan_again(&caller, team, batch.kind, item));
                Ok(again.map(plan).collect::<Vec<_>>())
            })
        })?;
        self.start_run(move |batch| {
            for (index, planned) in again {
                batch.change(index, |item| *item = planned);
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
                return Err(Failure::BatchRunning);
            }
            let was_planned = batch.state == BatchState::Planned;
            prepare(batch);
            batch.state = BatchState::Running;
            batch.stopped = None;
            batch.former = None;
            batch.interrupted = false;
            batch.cancel = watch::Sender::new(false);
            batch.pause = watch::Sender::new(None);
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
                max_age(batch.kind),
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
                pause: Pause::new(Arc::clone(&service), batch.id, batch.pause.clone(), cancelled.clone()),
                cancelled,
                ledger: RunLedger::new(service, session, record),
                unreached: 0,
                forbidden: 0,
                stopped: None,
            })
        })
    }
}

/// Plans a row again. If it is neither as the plan says nor as wished, it fails: somebody else has decided about it.
fn plan_again(caller: &Caller, team: &Team, kind: ChangeKind, item: &Item) -> Item {
    let mut before = item.clone();
    let Some(entry) = team.roster.get(&item.id) else {
        before.fail(&Failure::RowGone(None));
        return before;
    };
    let BatchRow { from, to, .. } = &item.shown;
    let value = value_of(&entry.row, kind, from, to);
    if value != *from && value != *to {
        before.fail(&moved(kind, value));
        return before;
    }
    let planned = match kind.role() {
        Some(kind) => plan_row(caller, &entry.row, kind, to),
        None => plan_tags(caller, &entry.row, &tags_change(from, to)),
    };
    let shown = BatchRow { line: item.shown.line, ..planned.shown.clone() };
    Item { shown, seen: entry.seen, ..planned }
}
