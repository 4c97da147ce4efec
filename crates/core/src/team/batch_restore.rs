//! Batches from the disk: the one that was interrupted is offered after the start and after each sign-in, and earlier ones
//! are opened from the history.

use lapel_store::{AccountId, StoredBatch};

use super::batch::Batch;
use super::batch_record::batch_from_record;
use super::service::TeamService;
use crate::kernel::backoff::random;
use crate::kernel::error::Failure;
use crate::kernel::error_reasons::Misuse;
use crate::views::BatchRowState;
use crate::views::team_view::organization_name;

impl TeamService {
    /// Shows the batch that was interrupted, if there is one. It is not continued without the user.
    pub(crate) async fn restore_batch(&self) {
        if let Err(error) = self.restore().await {
            tracing::warn!(%error, "an interrupted batch could not be read");
        }
    }

    async fn restore(&self) -> Result<(), Failure> {
        // Without an account nothing can have been interrupted.
        let Ok(account) = self.state.read().active_account().map(|account| account.id) else { return Ok(()) };
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

    /// Shows a batch of the history. While a batch runs, only that one can be shown.
    pub(crate) async fn open_batch(&self, id: &str) -> Result<(), Failure> {
        let is_shown = self.batch.read(|batch| Ok(batch.is_running() && batch.id.to_string() == id));
        if is_shown.unwrap_or_default() {
            return Ok(());
        }
        let (account, id) = (self.state.read().active_account()?.id, id.to_owned());
        let stored = self.disk.run(move |store| store.role_batch(account, &id)).await?;
        let batch = self.named_batch(account, stored.ok_or(Misuse::NoBatch)?).await?;
        self.batch.replace(|present| match present {
            Some(running) if running.is_running() => Err(Failure::BatchRunning),
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
}
