//! The keyring of the operating system.

use keyring_core::Error;
use lapel_api::Secret;

use crate::kernel::vault::{Vault, VaultError};

/// Entries of one service name in the keyring of the operating system.
pub struct OsKeyring {
    service: String,
    /// Whether to connect to the store directly: if the first connection of `keyring` fails, the crate never tries again in
    /// this process.
    reconnect: bool,
}

impl OsKeyring {
    /// The entries of a service. Connects at first use.
    pub fn new(service: impl Into<String>) -> Self {
        Self { service: service.into(), reconnect: false }
    }

    fn entry(&self, name: &str) -> Result<keyring_core::Entry, VaultError> {
        let entry = if self.reconnect {
            reconnect()?;
            keyring_core::Entry::new(&self.service, name)
        } else {
            keyring::Entry::new(&self.service, name).map(|entry| entry.inner)
        };
        entry.map_err(|error| translate(&error))
    }

    /// Works on an entry. After a failed connection it reconnects and tries once more.
    fn with_entry<T>(
        &mut self,
        name: &str,
        work: impl Fn(&keyring_core::Entry) -> Result<T, Error>,
    ) -> Result<T, VaultError> {
        let attempt =
            |vault: &Self| vault.entry(name).and_then(|entry| work(&entry).map_err(|error| translate(&error)));
        match attempt(self) {
            Err(VaultError::Absent | VaultError::Failed(_)) if cfg!(target_os = "linux") => {
                self.reconnect = true;
                attempt(self)
            }
            outcome => {
                self.reconnect = false;
                outcome
            }
        }
    }
}

impl Vault for OsKeyring {
    fn get(&mut self, name: &str) -> Result<Option<Secret>, VaultError> {
        let bytes = self.with_entry(name, |entry| match entry.get_secret() {
            Err(Error::NoEntry) => Ok(None),
            outcome => outcome.map(Some),
        })?;
        let text = bytes.map(String::from_utf8).transpose();
        text.map(|text| text.map(Secret::new))
            .map_err(|_| VaultError::Failed("the entry was not written by Lapel".to_owned()))
    }

    fn set(&mut self, name: &str, secret: &Secret) -> Result<(), VaultError> {
        // As bytes, because Windows stores passwords in UTF-16, so that only half as much would fit.
        self.with_entry(name, |entry| entry.set_secret(secret.expose().as_bytes()))
    }

    fn remove(&mut self, name: &str) -> Result<(), VaultError> {
        self.with_entry(name, |entry| match entry.delete_credential() {
            Err(Error::NoEntry) => Ok(()),
            outcome => outcome,
        })
    }

    fn keep_one(&mut self, name: &str, is_wanted: &dyn Fn(&Secret) -> bool) -> Result<(), VaultError> {
        self.with_entry(name, |entry| {
            // Reading the only entry fails with the error that lists them if there are several.
            let entries = match entry.get_credential() {
                Ok(only) => vec![only],
                Err(Error::NoEntry) => return Ok(()),
                Err(Error::Ambiguous(entries)) => entries,
                Err(error) => return Err(error),
            };
            let mut is_kept = false;
            for entry in entries {
                let secret = String::from_utf8(entry.get_secret()?).map(Secret::new);
                if !is_kept && secret.is_ok_and(|secret| is_wanted(&secret)) {
                    is_kept = true;
                } else {
                    entry.delete_credential()?;
                }
            }
            Ok(())
        })
    }
}

#[cfg(target_os = "linux")]
fn reconnect() -> Result<(), VaultError> {
    let store = zbus_secret_service_keyring_store::Store::new().map_err(|error| {
        tracing::warn!(%error, "no secret service");
        VaultError::Absent
    })?;
    keyring_core::set_default_store(store);
    Ok(())
}

#[cfg(not(target_os = "linux"))]
fn reconnect() -> Result<(), VaultError> {
    Ok(())
}

fn translate(error: &Error) -> VaultError {
    match error {
        Error::NoDefaultStore | Error::NotSupportedByStore(_) => VaultError::Absent,
        Error::NoStorageAccess(source) if is_not_set_up(source.as_ref()) => VaultError::NotSetUp,
        Error::NoStorageAccess(_) => VaultError::Locked,
        Error::Ambiguous(_) => VaultError::Ambiguous,
        // The message about a badly encoded entry would contain the secret.
        Error::BadEncoding(_) | Error::BadDataFormat(..) => VaultError::Failed("the entry cannot be read".to_owned()),
        other => VaultError::Failed(other.to_string()),
    }
}

/// Whether the keyring service has no default keyring. The crates report this like a locked one.
#[cfg(target_os = "linux")]
fn is_not_set_up(source: &(dyn std::error::Error + Send + Sync + 'static)) -> bool {
    matches!(source.downcast_ref(), Some(secret_service::Error::NoResult))
}

#[cfg(not(target_os = "linux"))]
fn is_not_set_up(_source: &(dyn std::error::Error + Send + Sync + 'static)) -> bool {
    false
}
