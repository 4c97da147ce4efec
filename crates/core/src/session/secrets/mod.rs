//! Where tokens are kept: a small trait over the keyring of the system, on a thread of its own, because a keyring may
//! block until somebody has answered its prompt.

mod entries;
mod in_memory;
mod os_keyring;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, mpsc};
use std::time::Duration;

use lapel_api::Secret;
use tokio::sync::oneshot;

pub use crate::kernel::vault::{Vault, VaultError};
pub use in_memory::InMemory;
pub use os_keyring::OsKeyring;

/// How long a write or removal may take before the app goes on without it. Reads have no limit of their own: whoever
/// waits for one decides.
const WRITE_LIMIT: Duration = Duration::from_secs(20);

type Job = Box<dyn FnOnce(&mut dyn Vault) + Send>;

/// The vault on its own thread, for secrets of any length. One call comes after the other.
#[derive(Clone)]
pub(crate) struct Secrets {
    jobs: mpsc::Sender<Job>,
}

impl Secrets {
    /// Starts the thread, which ends with the last clone of this.
    pub(crate) fn start(mut vault: Box<dyn Vault>) -> Self {
        let (jobs, queue) = mpsc::channel::<Job>();
        std::thread::spawn(move || queue.into_iter().for_each(|job| job(vault.as_mut())));
        Self { jobs }
    }

    /// Reads a secret. Waits for as long as the keyring asks its person.
    pub(crate) async fn get(&self, name: String) -> Result<Option<Secret>, VaultError> {
        self.run(move |vault| entries::read(vault, &name)).await
    }

    /// Keeps a secret, within a limit.
    pub(crate) async fn set(&self, name: String, secret: Secret) -> Result<(), VaultError> {
        self.set_unless(&Arc::default(), name, secret).await
    }

    /// Keeps a secret, within a limit, unless `over` was set before its turn came: what is removed later then stays removed.
    pub(crate) async fn set_unless(
        &self,
        over: &Arc<AtomicBool>,
        name: String,
        secret: Secret,
    ) -> Result<(), VaultError> {
        let over = Arc::clone(over);
        let write = move |vault: &mut dyn Vault| {
            if over.load(Ordering::Acquire) { Ok(()) } else { entries::write(vault, &name, &secret) }
        };
        Self::within_limit(self.run(write)).await
    }

    /// Removes a secret, within a limit.
    pub(crate) async fn remove(&self, name: String) -> Result<(), VaultError> {
        Self::within_limit(self.run(move |vault| entries::remove(vault, &name))).await
    }

    async fn within_limit(work: impl Future<Output = Result<(), VaultError>>) -> Result<(), VaultError> {
        tokio::time::timeout(WRITE_LIMIT, work).await.unwrap_or(Err(VaultError::Locked))
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut dyn Vault) -> Result<T, VaultError> + Send + 'static,
    ) -> Result<T, VaultError> {
        let (answer, answered) = oneshot::channel();
        let job: Job = Box::new(move |vault| {
            // Nobody waits any more: the limit was over.
            let _ = answer.send(work(vault));
        });
        let ended = || VaultError::Failed("its thread has ended".to_owned());
        self.jobs.send(job).map_err(|_| ended())?;
        answered.await.unwrap_or_else(|_| Err(ended()))
    }
}
