//! Stores tokens in the keyring of the system, on a separate thread, because a keyring may block until a person has answered its
//! prompt.

mod entries;
mod in_memory;
mod os_keyring;
mod renamed;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, mpsc};
use std::time::Duration;

use lapel_api::Secret;
use tokio::sync::oneshot;

pub use crate::kernel::vault::{Vault, VaultError};
pub use in_memory::InMemory;
pub use os_keyring::OsKeyring;
pub use renamed::RenamedVault;

/// How long a write or removal may take before the app continues without it. The callers of a read limit it themselves.
const WRITE_TIMEOUT: Duration = Duration::from_secs(20);

type Job = Box<dyn FnOnce(&mut dyn Vault) + Send>;

/// The vault on its own thread. Long secrets are split into several entries. Calls run one after the other.
#[derive(Clone)]
pub(crate) struct Secrets {
    jobs: mpsc::Sender<Job>,
}

impl Secrets {
    /// Starts the thread, which ends with the last clone.
    pub(crate) fn start(mut vault: Box<dyn Vault>) -> Self {
        let (jobs, queue) = mpsc::channel::<Job>();
        std::thread::spawn(move || queue.into_iter().for_each(|job| job(vault.as_mut())));
        Self { jobs }
    }

    /// Reads a secret. Waits while the keyring asks the person.
    pub(crate) async fn get(&self, name: String) -> Result<Option<Secret>, VaultError> {
        self.run(move |vault| entries::read(vault, &name)).await
    }

    /// Stores a secret, with a time limit.
    pub(crate) async fn set(&self, name: String, secret: Secret) -> Result<(), VaultError> {
        self.set_unless(&Arc::default(), name, secret).await
    }

    /// Stores a secret, with a time limit, unless `ended` is set when the write begins. So a late write cannot restore a removed
    /// secret.
    pub(crate) async fn set_unless(
        &self,
        ended: &Arc<AtomicBool>,
        name: String,
        secret: Secret,
    ) -> Result<(), VaultError> {
        let ended = Arc::clone(ended);
        let write = move |vault: &mut dyn Vault| {
            if ended.load(Ordering::Acquire) { Ok(()) } else { entries::write(vault, &name, &secret) }
        };
        Self::with_timeout(self.run(write)).await
    }

    /// Of several entries with the name of a secret, keeps the first that is wanted, with a time limit. The person must have
    /// agreed to remove the others.
    pub(crate) async fn keep_one(
        &self,
        name: String,
        is_wanted: impl Fn(&Secret) -> bool + Send + 'static,
    ) -> Result<(), VaultError> {
        Self::with_timeout(self.run(move |vault| entries::keep_one(vault, &name, &is_wanted))).await
    }

    /// Removes a secret and returns it, with a time limit, if the condition holds when the removal begins. A secret that cannot
    /// be read is removed, too. Several entries of its name are removed only with consent.
    pub(crate) async fn take_if(
        &self,
        name: String,
        has_consent: bool,
        condition: impl FnOnce() -> bool + Send + 'static,
    ) -> Result<Option<Secret>, VaultError> {
        let take = move |vault: &mut dyn Vault| {
            if !condition() {
                return Ok(None);
            }
            if has_consent {
                entries::keep_one(vault, &name, &|_| false)?;
            }
            let secret = match entries::read(vault, &name) {
                Err(VaultError::Failed(reason)) => {
                    tracing::warn!(reason, "a token is removed that cannot be read");
                    None
                }
                read => read?,
            };
            entries::remove(vault, &name).map(|()| secret)
        };
        Self::with_timeout(self.run(take)).await
    }

    async fn with_timeout<T>(work: impl Future<Output = Result<T, VaultError>>) -> Result<T, VaultError> {
        tokio::time::timeout(WRITE_TIMEOUT, work).await.unwrap_or(Err(VaultError::Locked))
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut dyn Vault) -> Result<T, VaultError> + Send + 'static,
    ) -> Result<T, VaultError> {
        let (sender, receiver) = oneshot::channel();
        let job: Job = Box::new(move |vault| {
            // This fails if the caller's time limit has passed.
            let _ = sender.send(work(vault));
        });
        let stopped = || VaultError::Failed("its thread has ended".to_owned());
        self.jobs.send(job).map_err(|_| stopped())?;
        receiver.await.unwrap_or_else(|_| Err(stopped()))
    }
}
