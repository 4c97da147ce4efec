//! The keyring of the operating system.

use keyring_core::Error;
use lapel_api::Secret;

use crate::kernel::vault::{Vault, VaultError};

/// Entries of one service name in the keyring of the operating system.
pub struct OsKeyring {
    service: String,
    /// `keyring` remembers a first failure to connect for the life of the process; from the second attempt on the
    /// store is connected anew.
    reconnect: bool,
}

impl OsKeyring {
    /// Entries of this service. Connects at the first use.
    pub fn new(service: impl Into<String>) -> Self {
        Self { service: service.into(), reconnect: false }
    }

    fn entry(&self, name: &str) -> Result<keyring_core::Entry, VaultError> {
        let entry = if self.reconnect {
            connect_anew()?;
            keyring_core::Entry::new(&self.service, name)
        } else {
            keyring::Entry::new(&self.service, name).map(|entry| entry.inner)
        };
        entry.map_err(|error| translate(&error))
    }

    /// Works on an entry; where the connection itself is the trouble, once more on a new one.
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
        text.map(|text| text.map(Secret::new)).map_err(|_| VaultError::Failed("the entry is not ours".to_owned()))
    }

    fn set(&mut self, name: &str, secret: &Secret) -> Result<(), VaultError> {
        // Bytes, not a password: Windows would store UTF-16 and hold half as much. Exposed to hand it to the keyring.
        self.with_entry(name, |entry| entry.set_secret(secret.expose().as_bytes()))
    }

    fn remove(&mut self, name: &str) -> Result<(), VaultError> {
        self.with_entry(name, |entry| match entry.delete_credential() {
            Err(Error::NoEntry) => Ok(()),
            outcome => outcome,
        })
    }
}

#[cfg(target_os = "linux")]
fn connect_anew() -> Result<(), VaultError> {
    let store = zbus_secret_service_keyring_store::Store::new().map_err(|error| {
        tracing::warn!(%error, "no secret service");
        VaultError::Absent
    })?;
    keyring_core::set_default_store(store);
    Ok(())
}

#[cfg(not(target_os = "linux"))]
fn connect_anew() -> Result<(), VaultError> {
    Ok(())
}

fn translate(error: &Error) -> VaultError {
    match error {
        Error::NoDefaultStore | Error::NotSupportedByStore(_) => VaultError::Absent,
        Error::NoStorageAccess(_) => VaultError::Locked,
        // The text of a wrongly encoded entry would be the secret itself.
        Error::BadEncoding(_) | Error::BadDataFormat(..) => VaultError::Failed("the entry cannot be read".to_owned()),
        other => VaultError::Failed(other.to_string()),
    }
}
